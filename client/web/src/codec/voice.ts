// Hop 11: one voice: jitter buffer, decoder, and an account of what lies in its ring at the loudspeaker.

import type { ReceivedFrame } from "./frame";
import { JitterBuffer, type Outcome, type Step } from "./jitter";
import { concealment, decoderConfig } from "./opus";

const pauseAfterFailure = 1000; // ms
const soft = 240; // samples of a gain's ramp: 5 ms

interface VoiceEvents {
  sound(pcm: Float32Array<ArrayBuffer>): void;
  failed(cause: unknown): void;
}

/** One publication's voice on its way from packets to sound. Times are performance.now() in ms. */
export class Voice {
  level = -127; // dBov of the voice in the frame decoded last
  used = 0; // when the last packet came
  #buffer: JitterBuffer;
  #events: VoiceEvents;
  #decoder: AudioDecoder | undefined;
  #clock = 0; // µs, of the decoder's input
  #steps: Step[] = []; // inside the decoder, in order: its timestamps ignore gaps, but it answers each packet once
  #pending = 0; // samples that they will give
  #posted = 0; // samples handed to the ring since its beginning
  #ring = { samples: 0, received: 0, at: 0 }; // as the worklet reported last
  #rate = 1;
  #gain = 0;
  #edge = 0; // last sample handed out
  #paused = 0; // until then nothing is decoded

  constructor(
    readonly publication: number,
    target: number,
    events: VoiceEvents,
  ) {
    this.#buffer = new JitterBuffer(target);
    this.#events = events;
  }

  get open(): boolean {
    return this.#decoder !== undefined;
  }

  get playing(): boolean {
    return this.#buffer.playing;
  }

  get target(): number {
    return this.#buffer.target;
  }

  get delay(): number {
    return this.#buffer.delay;
  }

  get dropped(): number {
    return this.#buffer.dropped;
  }

  push(frame: ReceivedFrame, arrival: number): Outcome {
    if (arrival < this.#paused) return "refused";
    this.used = arrival;
    return this.#buffer.push(frame, arrival);
  }

  /** ms of sound between here and the loudspeaker. */
  ring(now: number): number {
    const samples = this.#ring.samples + this.#posted - this.#ring.received + this.#pending;
    return Math.max(0, samples / 48 - (now - this.#ring.at) * this.#rate);
  }

  /** The worklet's report: samples in the ring, samples received since its beginning. */
  reported(samples: number, received: number, now: number): void {
    this.#ring = { samples, received, at: now };
  }

  /** @param came as in JitterBuffer.next. */
  next(now: number, came: boolean): Step | undefined {
    return now < this.#paused ? undefined : this.#buffer.next(now, this.ring(now), came);
  }

  /** The playing speed, if it has to change. */
  newRate(now: number): number | undefined {
    const rate = this.#buffer.rate(now, this.ring(now));
    if (rate === this.#rate) return undefined;
    this.#rate = rate;
    return rate;
  }

  /** Carries out a step; its sound comes with the events, in order. */
  take(step: Step, now: number): void {
    if (this.ring(now) === 0) this.#ring = { samples: 0, received: this.#posted, at: now };
    this.#steps.push(step);
    this.#pending += step.samples;
    if (step.kind === "silence") this.#flush();
    else this.#decode(step);
  }

  #decode(step: Exclude<Step, { kind: "silence" }>): void {
    if (step.kind === "decode") this.level = step.frame.level & 128 ? -(step.frame.level & 127) : -127;
    const data = step.kind === "decode" ? step.frame.payload : concealment(step.last.payload);
    try {
      this.#decoder?.decode(new EncodedAudioChunk({ type: "key", timestamp: this.#clock, data }));
      this.#clock += Math.round(step.samples / 0.048);
    } catch (cause) {
      this.#failed(cause);
    }
  }

  openDecoder(): void {
    this.#decoder ??= this.#newDecoder();
  }

  closeDecoder(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = undefined;
    this.#steps = [];
    this.#pending = 0;
  }

  #newDecoder(): AudioDecoder {
    const decoder = new AudioDecoder({
      output: (data) => {
        if (decoder === this.#decoder) this.#decoded(data);
        data.close();
      },
      error: (cause) => {
        if (decoder === this.#decoder) this.#failed(cause);
      },
    });
    decoder.configure(decoderConfig);
    return decoder;
  }

  #decoded(data: AudioData): void {
    const step = this.#steps.shift();
    if (!step) return;
    this.#pending -= step.samples;
    const pcm = new Float32Array(data.numberOfFrames);
    data.copyTo(pcm, { planeIndex: 0, format: "f32-planar" });
    this.#shape(pcm, step);
    this.#hand(pcm);
    this.#flush();
  }

  /** Silence waits in the queue for the packets before it, then it is ready. */
  #flush(): void {
    while (this.#steps[0]?.kind === "silence") {
      const { samples } = this.#steps.shift() as Step;
      this.#pending -= samples;
      const pcm = new Float32Array(samples);
      const edge = this.#edge;
      for (let i = 0; i < Math.min(soft, samples); i++) pcm[i] = edge * Math.exp(-i / 48); // no step, no click
      this.#gain = 0;
      this.#hand(pcm);
    }
  }

  /** Fades concealment out after 40 ms, and what follows silence or concealment in. */
  #shape(pcm: Float32Array, step: Step): void {
    const conceals = step.kind === "conceal";
    const wanted = conceals ? Math.max(0, Math.min(1, (120 - step.before - step.samples / 48) / 60)) : 1;
    if (wanted === 1 && this.#gain === 1) return;
    const slope = (wanted - this.#gain) / (conceals ? pcm.length : soft);
    for (let i = 0; i < pcm.length; i++) {
      if (this.#gain !== wanted) this.#gain += slope;
      if (slope > 0 ? this.#gain > wanted : this.#gain < wanted) this.#gain = wanted;
      pcm[i] *= this.#gain;
    }
  }

  #hand(pcm: Float32Array<ArrayBuffer>): void {
    this.#posted += pcm.length;
    this.#edge = pcm.at(-1) ?? 0;
    this.#events.sound(pcm);
  }

  #failed(cause: unknown): void {
    this.closeDecoder();
    this.#paused = performance.now() + pauseAfterFailure;
    this.#events.failed(cause);
  }
}
