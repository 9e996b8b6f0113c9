// Stand-ins for WebCodecs and the line, in virtual time.

import { vi } from "vitest";
import type { Frame, Out } from "../../frames/frame";
import type { PictureToRelay, VideoPlan } from "../../transport/control";
import type { FromVideo } from "../messages";
import type { Host } from "../seam";
import { Publisher } from "./publisher";

/** A picture that must be closed once. */
export class FakeFrame {
  static open = 0;
  closed = false;
  timestamp: number;
  duration: number | undefined;
  displayWidth: number;
  displayHeight: number;
  constructor(
    from: { displayWidth: number; displayHeight: number; timestamp?: number },
    init: { timestamp?: number; duration?: number } = {},
  ) {
    this.timestamp = init.timestamp ?? from.timestamp ?? 0;
    this.duration = init.duration;
    this.displayWidth = from.displayWidth;
    this.displayHeight = from.displayHeight;
    FakeFrame.open++;
  }
  clone(): FakeFrame {
    return new FakeFrame(this);
  }
  close(): void {
    if (this.closed) throw new Error("closed twice");
    this.closed = true;
    FakeFrame.open--;
  }
}

type Config = { codec: string; width: number; height: number; bitrate: number; framerate: number } & {
  scalabilityMode?: string;
  hardwareAcceleration?: string;
  contentHint?: string;
};

/** An encoder that answers after `takes` ms, in order; its frames have the bytes that `bytes` says. */
export class FakeEncoder {
  static all: FakeEncoder[] = [];
  static takes: (config: Config) => number = () => 5;
  static bytes: (config: Config, key: boolean, us: number) => number = ({ bitrate, framerate }, key) =>
    Math.round((bitrate / 8 / framerate) * (key ? 4 : 1));
  static fails: (config: Config) => boolean = () => false;
  static async isConfigSupported(config: Config): Promise<{ supported: boolean }> {
    return { supported: !FakeEncoder.refused.includes(config.codec) };
  }
  static refused: string[] = [];

  state = "unconfigured";
  configs: Config[] = [];
  encodeQueueSize = 0;
  #free = 0;
  #index = 0;
  constructor(private readonly events: { output(chunk: unknown, metadata: unknown): void; error(cause: Error): void }) {
    FakeEncoder.all.push(this);
  }
  configure(config: Config): void {
    this.state = "configured";
    this.configs.push(config);
    if (FakeEncoder.fails(config)) setTimeout(() => this.#fail(), 1);
  }
  #fail(): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.events.error(new Error("no such device"));
  }
  encode(frame: FakeFrame, { keyFrame }: { keyFrame: boolean }): void {
    if (this.state !== "configured" || frame.closed) throw new Error("not now");
    const config = this.configs[this.configs.length - 1];
    const key = keyFrame || this.#index === 0;
    if (key) this.#index = 0;
    const layers = Number(config.scalabilityMode?.at(-1) ?? 1);
    const temporal = [[0], [0, 1], [0, 2, 1, 2]][layers - 1][this.#index++ % [1, 2, 4][layers - 1]];
    const payload = new Uint8Array(FakeEncoder.bytes(config, key, frame.duration ?? 0));
    const chunk = {
      type: key ? "key" : "delta",
      timestamp: frame.timestamp,
      byteLength: payload.length,
      copyTo: (to: Uint8Array) => to.set(payload),
    };
    this.#free = Math.max(this.#free, performance.now()) + FakeEncoder.takes(config);
    setTimeout(() => {
      if (this.state !== "closed") this.events.output(chunk, { svc: { temporalLayerId: temporal } });
    }, this.#free - performance.now());
  }
  flush(): Promise<void> {
    return new Promise((done, fail) =>
      setTimeout(
        () => (this.state === "closed" ? fail(new Error("closed")) : done()),
        this.#free - performance.now() + 2,
      ),
    );
  }
  close(): void {
    this.state = "closed";
  }
}

/** A publisher, its line and its relay. */
export class Stage implements Host {
  publication = 7;
  rate = 2_000_000;
  waiting = 0; // bytes
  drains = false; // what is sent waits, and leaves at the rate
  sent: Out[] = [];
  told: PictureToRelay[] = [];
  posted: FromVideo[] = [];
  confirms = true;
  readonly publisher: Publisher;
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(cores = 2) {
    vi.useFakeTimers();
    vi.stubGlobal("VideoEncoder", FakeEncoder);
    vi.stubGlobal("VideoFrame", FakeFrame);
    vi.stubGlobal("navigator", { hardwareConcurrency: cores });
    FakeFrame.open = 0;
    FakeEncoder.all = [];
    FakeEncoder.refused = [];
    FakeEncoder.takes = () => 5;
    FakeEncoder.fails = () => false;
    FakeEncoder.bytes = ({ bitrate, framerate }, key) => Math.round((bitrate / 8 / framerate) * (key ? 4 : 1));
    this.publisher = new Publisher(this);
  }

  push(out: Out): void {
    this.sent.push(out);
    if (this.drains) this.waiting += out.frame.payload.length;
    if (this.confirms) setTimeout(() => out.done?.(true), 100);
  }
  drop(): void {}
  backlog(): number {
    return this.waiting / 2; // main and side are asked for
  }
  tell(message: PictureToRelay): void {
    this.told.push(message);
  }
  watch(): void {}
  post(message: FromVideo): void {
    this.posted.push(message);
  }
  time(at: number): number {
    return Math.floor(at * 48) >>> 0;
  }

  /** A camera or a screen that films at a rate, or only when film is called. */
  film(of: "camera" | "screen", fps = 30, width = 1280, height = 720): { film(): void; end(): void } {
    let to: ReadableStreamDefaultController<VideoFrame> | undefined;
    const frames = new ReadableStream<VideoFrame>(
      {
        start: (controller) => {
          to = controller;
        },
      },
      { highWaterMark: 2 },
    );
    const film = () => {
      if ((to?.desiredSize ?? 0) > 0) to?.enqueue(picture(width, height));
    };
    const timer = fps > 0 ? setInterval(film, 1000 / fps) : undefined;
    if (timer) this.#timers.push(timer);
    if (of === "camera") this.publisher.camera(frames, width, height, fps);
    else this.publisher.screen(frames, width, height);
    const end = () => {
      clearInterval(timer);
      to?.close();
    };
    return { film, end };
  }

  /** Begins a line with a camera and a plan. */
  async start(plan: VideoPlan, fps = 30): Promise<void> {
    this.publisher.begin(true);
    this.film("camera", fps);
    await this.pass(10);
    this.publisher.plan(plan);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** Lets time pass with a line that drains. Returns what waited at each moment of 10 ms, ms of the line. */
  async drain(ms: number): Promise<number[]> {
    this.drains = true;
    const waits: number[] = [];
    for (let t = 0; t < ms; t += 10) {
      await this.pass(10);
      this.waiting = Math.max(0, this.waiting - this.rate / 800);
      waits.push((this.waiting * 8000) / this.rate);
    }
    return waits;
  }

  frames(layer: number): Frame[] {
    return this.sent.filter(({ frame }) => frame.layer === layer).map(({ frame }) => frame);
  }

  /** The newest word to the relay about what can be sent. */
  get send(): Extract<PictureToRelay, { type: "send" }> | undefined {
    return this.told.filter(({ type }) => type === "send").at(-1) as Extract<PictureToRelay, { type: "send" }>;
  }

  get troubles(): string[] {
    return this.posted.flatMap((message) => (message.type === "trouble" ? [message.code] : []));
  }

  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.publisher.close();
    await this.pass(10_000);
    vi.useRealTimers();
    vi.unstubAllGlobals();
  }
}

function picture(displayWidth: number, displayHeight: number): VideoFrame {
  const timestamp = performance.now() * 1000;
  return new FakeFrame({ displayWidth, displayHeight, timestamp }) as unknown as VideoFrame;
}
