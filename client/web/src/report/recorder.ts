// Records a report: the voice from a microphone of its own, stills of the camera, the pages that are turned. All of it is local: no line is needed.

import { signal } from "@preact/signals";
import type { AudioChange, AudioEngine, EncoderEvents, Microphone, VoiceEncoder, VoiceFrame } from "../codec";
import type { Begun } from "./draft";
import { joined, type Moment, mostBytes, mostMs, STILL, sizeOf, type Turn, turned, VOICE, write } from "./file";

const bitrate = 12_000;
const frame = 40; // ms
const grid = 960; // samples: 20 ms, on which voice lies
const tick = 250; // ms
const reserve = 20_000; // bytes that what is being encoded may still take
const apart = 5000; // ms of the report between two times that it is kept
const settle = 300; // ms until what was said last is out of the encoder

/** Gives a still of what is filmed, now and then. */
export interface Stills {
  /** Hands on those that are made from now on; undefined: none are wanted. */
  take(still: ((codec: number, key: Uint8Array) => void) | undefined): void;
  close(): void;
}

/** What a recorder works with; other classes in tests. */
export interface Means {
  Engine: new (change: AudioChange) => Pick<AudioEngine, "openMicrophone" | "ports" | "level" | "close">;
  Encoder: new (events: EncoderEvents) => Pick<VoiceEncoder, "connect" | "setPlan" | "setMuted" | "clock" | "close">;
}

/** A report that is recorded to its end. */
export interface Recording {
  file: Uint8Array<ArrayBuffer>;
  ms: number;
}

/** Records one report. Its clock is that of the microphone's samples. Call close() at the end. */
export class Recorder {
  readonly phase = signal<"off" | "opening" | "on" | "paused">("off");
  readonly ms = signal(0);
  readonly microphone = signal<Microphone>("off");
  readonly full = signal(false); // nothing more fits

  #engine: InstanceType<Means["Engine"]>;
  #encoder: InstanceType<Means["Encoder"]>;
  #moments: Moment[] = [];
  #bytes = 0;
  #base = 0; // capture time of the first ms
  #turn: Turn | undefined;
  #kept = 0; // moments
  #keptMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** keep takes what is new, and the length of all so far, ms, every few seconds; begun: what there is of it already. */
  constructor(
    private readonly stills: Stills,
    means: Means,
    private readonly keep: (fresh: readonly Moment[], ms: number) => void = () => {},
    begun?: Begun,
  ) {
    for (const moment of begun?.moments ?? []) this.#add(moment);
    this.#kept = this.#moments.length;
    this.ms.value = this.#keptMs = begun?.ms ?? 0;
    this.full.value = this.#over;
    this.#encoder = new means.Encoder({ onFrame: (voice) => this.#voice(voice) });
    this.#encoder.setMuted(true);
    this.#encoder.setPlan({ lo: bitrate, hi: 0, frame });
    this.#engine = new means.Engine(({ microphone }) => {
      this.microphone.value = microphone;
    });
  }

  /** The level of the microphone now, dBov. */
  get level(): number {
    return this.#engine.level;
  }

  /** Opens the microphone and begins. Returns whether it does. */
  async begin(device?: string): Promise<boolean> {
    if (this.phase.value !== "off") return false;
    this.phase.value = "opening";
    const opened = await this.#engine.openMicrophone(device).catch((): Microphone => "unsupported");
    if (opened !== "on") {
      this.microphone.value = opened;
      this.phase.value = "off";
      return false;
    }
    const { capture, playout } = this.#engine.ports();
    playout.close(); // nothing is played
    this.#encoder.connect(capture);
    await until(() => this.#encoder.clock !== undefined);
    this.phase.value = "paused";
    this.resume();
    return true;
  }

  /** Goes on after a pause: its time is cut out. */
  resume(): void {
    if (this.full.value) return;
    this.#base = Math.floor((this.#clock() - this.ms.value * 48) / grid) * grid;
    this.phase.value = "on";
    this.#encoder.setMuted(false);
    this.stills.take((codec, key) => this.#add({ kind: STILL, ms: this.#now(), body: joined(codec, key) }));
    if (this.#turn) this.#add(turned(this.#now(), this.#turn));
    this.#timer ??= setInterval(() => this.#tick(), tick);
  }

  pause(): void {
    if (this.phase.value !== "on") return;
    this.ms.value = this.#now();
    this.phase.value = "paused";
    this.#encoder.setMuted(true);
    this.stills.take(undefined);
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#keep();
  }

  /** The page that is seen from now on. */
  turn(turn: Turn | undefined): void {
    this.#turn = turn;
    if (turn && this.phase.value === "on") this.#add(turned(this.#now(), turn));
  }

  /** Ends it; undefined: nothing was said. */
  async end(): Promise<Recording | undefined> {
    const { phase } = this;
    if (phase.value === "on") {
      await new Promise((resolve) => setTimeout(resolve, settle));
      this.pause();
    }
    this.close();
    return recordingOf({ moments: this.#moments, ms: this.ms.value });
  }

  close(): void {
    this.phase.value = "off";
    clearInterval(this.#timer);
    this.#encoder.close();
    this.#engine.close();
    this.stills.close();
  }

  /** Capture time now, of the sample that would be captured now. */
  #clock(): number {
    const [time, at] = this.#encoder.clock ?? [0, performance.now()];
    return time + (performance.now() - at) * 48;
  }

  /** ms of the report. */
  #now(): number {
    return Math.max(0, Math.floor((this.#clock() - this.#base) / 48));
  }

  #voice({ time, level, payload }: VoiceFrame): void {
    const ms = (time - this.#base) / 48;
    if (this.phase.value === "on" && ms >= 0) this.#add({ kind: VOICE, ms, body: joined(level, payload) });
  }

  #add(moment: Moment): void {
    this.#moments.push(moment);
    this.#bytes += sizeOf(moment);
  }

  #tick(): void {
    this.ms.value = this.#now();
    if (this.ms.value - this.#keptMs >= apart) this.#keep();
    if (!this.#over) return;
    this.full.value = true;
    this.pause();
  }

  get #over(): boolean {
    return this.ms.value >= mostMs || this.#bytes >= mostBytes - reserve;
  }

  #keep(): void {
    const fresh = this.#moments.slice(this.#kept);
    this.#kept = this.#moments.length;
    this.#keptMs = this.ms.value;
    if (fresh.length > 0) this.keep(fresh, Math.round(this.ms.value));
  }
}

/** What was recorded, as a file; undefined: nothing was said. */
export function recordingOf(begun: Begun): Recording | undefined {
  const moments = begun.moments.filter(({ ms }) => ms <= mostMs);
  if (!moments.some(({ kind }) => kind === VOICE)) return undefined;
  return { file: write(moments), ms: Math.min(mostMs, Math.max(Math.round(begun.ms), 1)) };
}

const patience = 100; // looks

/** Waits until the first sound comes, a moment at most. */
function until(there: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let looks = 0;
    const look = setInterval(() => {
      if (!there() && ++looks < patience) return;
      clearInterval(look);
      resolve();
    }, 20);
  });
}
