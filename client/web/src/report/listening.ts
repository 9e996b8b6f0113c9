// Plays a report to the one who recorded it: nothing of it goes to the line.

import { signal } from "@preact/signals";
import { decoderConfig } from "../codec/opus";
import { type Moment, PAGE, type Turn, turnOf, VOICE } from "./file";

const tick = 200; // ms
const ahead = 2000; // ms that are decoded before they are heard
const lead = 0.2; // s until the first of it

/** Plays once from the beginning. Call close() at the end. */
export class Listening {
  readonly ms = signal(0);
  readonly page = signal<Turn | undefined>(undefined);
  #context = new AudioContext({ sampleRate: 48_000 });
  #decoder: AudioDecoder;
  #inside: number[] = []; // ms of what is in the decoder: it gives one sound for each packet, in order
  #next = 0;
  #began = this.#context.currentTime + lead;
  #timer: ReturnType<typeof setInterval>;

  /** @param length ms. @param over is called when it is over, or cannot be played. */
  constructor(
    private readonly moments: readonly Moment[],
    private readonly length: number,
    private readonly over: () => void,
  ) {
    this.#decoder = new AudioDecoder({ output: (data) => this.#sound(data), error: () => this.over() });
    this.#decoder.configure(decoderConfig);
    this.#timer = setInterval(() => this.#tick(), tick);
    this.#tick();
  }

  close(): void {
    clearInterval(this.#timer);
    if (this.#decoder.state !== "closed") this.#decoder.close();
    void this.#context.close().catch(() => undefined);
  }

  #tick(): void {
    const now = Math.max(0, (this.#context.currentTime - this.#began) * 1000);
    this.ms.value = Math.min(now, this.length);
    this.page.value = this.#pageAt(now);
    for (; this.#next < this.moments.length && this.moments[this.#next].ms < now + ahead; this.#next++) {
      const { kind, ms, body } = this.moments[this.#next];
      if (kind !== VOICE || this.#decoder.state !== "configured") continue;
      this.#inside.push(ms);
      this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: ms * 1000, data: body.slice(1) }));
    }
    if (now > this.length) this.over();
  }

  #pageAt(now: number): Turn | undefined {
    const turn = this.moments.filter(({ kind, ms }) => kind === PAGE && ms <= now).at(-1);
    return turn && turnOf(turn);
  }

  #sound(data: AudioData): void {
    const ms = this.#inside.shift() ?? 0;
    const buffer = this.#context.createBuffer(1, data.numberOfFrames, 48_000);
    data.copyTo(buffer.getChannelData(0), { planeIndex: 0, format: "f32-planar" });
    data.close();
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    source.start(Math.max(0, this.#began + ms / 1000));
  }
}
