// One's own pictures: what the relay's plan wants of the camera and the screen goes through encoders to the line.

import { Class, codecs, isScreen, isStill, LAYER } from "../../frames/frame";
import type { LayerPlan, SendSource, VideoCodec, VideoPlan } from "../../transport/control";
import type { SourceName } from "../messages";
import type { Host, Publishing } from "../seam";
import { troubleOf } from "../troubles";
import { Failures } from "./failures";
import { Jam } from "./jam";
import { type Encoded, type LayerHost, MovingLayer, type Shot } from "./layer";
import { Load } from "./load";
import { Refresh } from "./refresh";
import { cheapest, encodes, intervalOf, type Size } from "./shape";
import { Source } from "./source";
import { StillLayer } from "./still";

const tick = 100; // ms
const patience = 3000; // ms that a source may be away, for instance while the page changes cameras

/** A source that is on. */
interface On extends Size {
  source: Source;
  fps?: number;
  gone?: ReturnType<typeof setTimeout>;
}

/** Sends one's own pictures. */
export class Publisher implements Publishing, LayerHost {
  readonly load = new Load(globalThis.navigator?.hardwareConcurrency || 2);
  #on: Partial<Record<SourceName, On>> = {};
  #can: Record<SourceName, VideoCodec[]> = { camera: [], screen: [] };
  #known: Promise<void> | undefined; // what can be encoded is being asked, or was
  #plan: VideoPlan = {};
  #layers = new Map<number, MovingLayer | StillLayer>();
  #failures = new Failures();
  #refresh = new Refresh();
  #jam = new Jam();
  #ticker: ReturnType<typeof setInterval> | undefined;
  #begun = false;
  #publication = 0;
  #posted = "";

  constructor(private readonly host: Host) {}

  begin(fresh: boolean): void {
    this.#begun = true;
    if (fresh) {
      this.#plan = {};
      // A line may begin anew under the old publication: those who watch it know its numbers.
      const anew = this.#publication !== this.host.publication;
      for (const layer of this.#layers.values()) layer.reset(anew);
      this.#publication = this.host.publication;
      this.#apply();
    }
    this.#say();
  }

  plan(plan: VideoPlan | undefined): void {
    this.#plan = plan ?? {};
    this.#apply();
  }

  keys(layers: number[]): void {
    for (const layer of layers) this.#layers.get(layer)?.want();
  }

  camera(frames: ReadableStream<VideoFrame>, width: number, height: number, fps: number): void {
    this.#open("camera", frames, { width, height, fps: fps || undefined });
  }

  cameraOff(): void {
    this.#off("camera");
  }

  screen(frames: ReadableStream<VideoFrame>, width: number, height: number): void {
    this.#open("screen", frames, { width, height });
  }

  screenOff(): void {
    this.#off("screen");
  }

  close(): void {
    this.#begun = false;
    for (const name of ["camera", "screen"] as const) this.#off(name);
    for (const layer of this.#layers.values()) layer.close();
    this.#layers.clear();
  }

  // What layers ask for.

  /** The top layers wait first when the line does not take what is there. */
  room(layer: number): boolean {
    const waits = this.host.backlog(Class.Main) + this.host.backlog(Class.Side);
    const ms = (waits * 8000) / Math.max(this.host.rate, 8000);
    if (isScreen(layer) || isStill(layer)) return ms < 1500;
    return !this.#jam.holds(ms, waits, performance.now()) && ms < (layer === this.#top ? 300 : 600);
  }

  send({ layer, codec, key, temporal, at, payload, sequence, back, done }: Encoded): void {
    const { publication } = this.host;
    if (publication === 0) {
      done(false);
      return;
    }
    const time = this.host.time(at);
    const frame = { publication, layer, sequence, time, key, temporal, codec: codecs.indexOf(codec), back, payload };
    this.#refresh.sent(layer, payload.length, performance.now());
    this.host.push({ frame, class: this.#classOf(layer), deadline: this.#deadline(layer, payload.length), done });
  }

  failed(layer: number, codec: VideoCodec, cause: unknown): void {
    const name = sourceOf(layer);
    const given = this.#failures.count(name, codec, cause, performance.now());
    this.#apply();
    if (!given) return;
    this.#say();
    if (this.#able(name).length === 0) this.host.post({ type: "trouble", ...troubleOf("encoder-failed") });
  }

  // Sources

  #open(name: SourceName, frames: ReadableStream<VideoFrame>, of: Size & { fps?: number }): void {
    this.#quiet(name);
    this.#failures.forget(name);
    const source = new Source(frames, name === "screen", {
      shot: (shot) => this.#shot(name, shot),
      ended: () => this.#ended(name, source),
    });
    this.#on[name] = { ...of, source };
    this.#ticker ??= setInterval(() => this.#tick(), tick);
    this.#known ??= this.#ask();
    void this.#known.then(() => this.#say());
    this.#apply();
  }

  #off(name: SourceName): void {
    if (!this.#on[name]) return;
    this.#quiet(name);
    delete this.#on[name];
    if (!this.#on.camera && !this.#on.screen) {
      clearInterval(this.#ticker);
      this.#ticker = undefined;
    }
    this.#apply();
    for (const layer of this.#layers.keys()) {
      if (sourceOf(layer) === name) this.host.drop(this.host.publication, layer);
    }
    this.#say();
  }

  #quiet(name: SourceName): void {
    clearTimeout(this.#on[name]?.gone);
    this.#on[name]?.source.close();
  }

  /** The page says why; if it opens another in a moment, nobody else needs to hear of it. */
  #ended(name: SourceName, source: Source): void {
    const on = this.#on[name];
    if (on?.source === source) on.gone = setTimeout(() => this.#off(name), patience);
  }

  async #ask(): Promise<void> {
    const [camera, screen] = await Promise.all([encodes("camera"), encodes("screen")]);
    this.#can = { camera, screen };
    if (camera.length === 0) this.host.post({ type: "trouble", ...troubleOf("pictures-old") });
  }

  #able(name: SourceName): VideoCodec[] {
    return this.#can[name].filter((codec) => !this.#failures.given(name, codec));
  }

  #say(): void {
    if (!this.#begun) return;
    const camera = this.#offer("camera");
    if (camera && this.load.most !== undefined) camera.most = this.load.most;
    if (camera && this.load.thrifty) camera.codecs.sort((a, b) => Number(b === cheapest) - Number(a === cheapest));
    this.host.tell({ type: "send", camera, screen: this.#offer("screen") });
  }

  #offer(name: SourceName): SendSource | undefined {
    const on = this.#on[name];
    const codecs = this.#able(name);
    if (!on || codecs.length === 0) return undefined;
    const { width, height, fps } = on;
    return { codecs, width, height, fps };
  }

  // Layers

  #shot(name: SourceName, shot: Shot): void {
    if (name === "screen") {
      this.#refresh.changed();
      this.#offerScreen(performance.now());
      return;
    }
    for (const layer of this.#layers.values()) if (!isScreen(layer.layer)) layer.take(shot);
  }

  #tick(): void {
    const now = performance.now();
    this.#offerScreen(now);
    const cheaper = this.#plan.camera !== cheapest && this.#able("camera").includes(cheapest);
    if (!this.load.judge(now, this.#top, LAYER.tiny, cheaper)) return;
    this.#apply();
    this.#say();
  }

  /** A screen is sent when it has changed, when what is there is not yet sharp, and to those who come late. */
  #offerScreen(now: number): void {
    const shot = this.#on.screen?.source.held;
    if (!shot) return;
    for (const layer of this.#layers.values()) {
      if (!isScreen(layer.layer)) continue;
      const plan = this.#planOf(layer.layer);
      if (!plan || !this.#refresh.due(layer.layer, layer.owes, now)) continue;
      if (layer.take({ frame: shot.frame, at: now })) this.#refresh.took(layer.layer, plan, now);
    }
  }

  /** The layers of the plan that are to be encoded here. */
  #wanted(): LayerPlan[] {
    const most = this.load.most ?? LAYER.large;
    return (this.#plan.layers ?? []).filter(([layer, bitrate]) => {
      const name = sourceOf(layer);
      const codec = this.#plan[name];
      if (!this.#on[name] || !codec || bitrate <= 0 || this.#failures.given(name, codec)) return false;
      return isScreen(layer) || layer <= most;
    });
  }

  #apply(): void {
    const wanted = this.#wanted();
    for (const layer of this.#layers.values()) if (!wanted.some(([of]) => of === layer.layer)) layer.plan(undefined);
    for (const plan of wanted) {
      const name = sourceOf(plan[0]);
      const codec = this.#plan[name];
      if (codec) this.#layer(plan[0]).plan(codec, plan, this.#failures.software(name, codec));
    }
    const behind = this.load.most !== undefined;
    const posted = JSON.stringify([wanted, behind]);
    if (posted === this.#posted) return;
    this.#posted = posted;
    this.host.post({ type: "sending", layers: wanted, behind });
  }

  #layer(of: number): MovingLayer | StillLayer {
    const layer = this.#layers.get(of) ?? new (isStill(of) ? StillLayer : MovingLayer)(of, this);
    this.#layers.set(of, layer);
    return layer;
  }

  #planOf(layer: number): LayerPlan | undefined {
    return this.#wanted().find(([of]) => of === layer);
  }

  /** The highest camera layer that is encoded. */
  get #top(): number {
    return Math.max(0, ...this.#wanted().flatMap(([layer]) => (isScreen(layer) || isStill(layer) ? [] : [layer])));
  }

  #classOf(layer: number): Class {
    return layer === LAYER.screen || layer === this.#top ? Class.Main : Class.Side;
  }

  /** How long a frame is worth sending, ms: on a thin line a key frame takes its time, and the next one would take as long. */
  #deadline(layer: number, bytes: number): number {
    const plan = this.#planOf(layer);
    if (isStill(layer)) return plan ? intervalOf(plan) : 2000;
    const takes = (bytes * 12_000) / Math.max(this.host.rate, 16_000);
    return Math.min(15_000, takes + (layer === LAYER.screen ? 3000 : 1000));
  }
}

function sourceOf(layer: number): SourceName {
  return isScreen(layer) ? "screen" : "camera";
}
