// Hop 11: one voice: jitter buffer, decoder, comfort noise, and an account of what lies in its ring at the loudspeaker.

import type { ReceivedFrame } from "./frame";
import { JitterBuffer, type Outcome, type Step, speaks } from "./jitter";
import { NoiseMaker, NoiseMeter, type NoiseShape } from "./noise";
import { concealment, decoderConfig } from "./opus";
import type { RingReport } from "./ports";

const pauseAfterFailure = 1000; // ms
const onTheWay = 1000; // ms in which sound from before a hush may still come
const soft = 240; // samples of a gain's ramp: 5 ms

interface VoiceEvents {
  sound(pcm: Float32Array<ArrayBuffer>): void;
  noise(shape: NoiseShape | undefined): void; // what the pauses sound like from now on
  failed(cause: unknown): void;
}

/** One publication's voice on its way from packets to sound. Times are performance.now() in ms. */
export class Voice {
  level = -127; // dBov of the voice in the frame decoded last
  used = 0; // when the last packet came
  readonly buffer: JitterBuffer;
  #events: VoiceEvents;
  #decoder: AudioDecoder | undefined;
  #clock = 0; // µs, of the decoder's input
  #steps: Step[] = []; // inside the decoder, in order: its timestamps ignore gaps, but it answers each packet once
  #pending = 0; // samples that they will give
  #posted = 0; // samples handed to the ring since its beginning
  #ring = { length: 0, received: 0, at: 0 }; // as the worklet reported last
  #rate = 1;
  #gain = 0; // of the decoder's sound; the rest is noise
  #edge = 0; // last sample handed out
  #paused = 0; // until then nothing is decoded
  #meter = new NoiseMeter();
  #noise = new NoiseMaker();
  #told = true; // the noise was told as it is
  #hushed: number | undefined; // when

  /** @param target @param budget as for JitterBuffer. */
  constructor(
    readonly publication: number,
    target: number,
    budget: number,
    events: VoiceEvents,
  ) {
    this.buffer = new JitterBuffer(target, budget);
    this.#events = events;
  }

  get open(): boolean {
    return this.#decoder !== undefined;
  }

  get playing(): boolean {
    return this.buffer.playing;
  }

  push(frame: ReceivedFrame, arrival: number): Outcome {
    if (arrival < this.#paused) return "refused";
    this.used = arrival;
    if (this.#hushed !== undefined && arrival - this.#hushed > onTheWay) this.#hushed = undefined;
    return this.buffer.push(frame, arrival);
  }

  /** ms of sound between here and the loudspeaker. */
  ring(now: number): number {
    const samples = this.#ring.length + this.#posted - this.#ring.received + this.#pending;
    return Math.max(0, samples / 48 - (now - this.#ring.at) * this.#rate);
  }

  /** The worklet's report. */
  reported({ length, received }: RingReport, now: number): void {
    this.#ring = { length, received, at: now };
  }

  /** @param came as in JitterBuffer.next. */
  next(now: number, came: boolean): Step | undefined {
    return now < this.#paused ? undefined : this.buffer.next(now, this.ring(now), came);
  }

  /** ms until next() should be asked again though nothing came; undefined: not at all. */
  wait(now: number): number | undefined {
    return this.open && now >= this.#paused ? this.buffer.wait(this.ring(now)) : undefined;
  }

  /** The playing speed, if it has to change. */
  newRate(now: number): number | undefined {
    const rate = this.buffer.rate(now, this.ring(now));
    if (rate === this.#rate) return undefined;
    this.#rate = rate;
    return rate;
  }

  /** Its pauses are silent from now on, until it is heard again: the microphone was closed. */
  hush(now: number): void {
    this.#hushed = now;
    this.#meter.reset();
    this.#told = false;
    this.#tell();
  }

  /** Carries out a step; its sound comes with the events, in order. */
  take(step: Step, now: number): void {
    if (this.ring(now) === 0) this.#ring = { length: 0, received: this.#posted, at: now };
    this.#steps.push(step);
    this.#pending += step.samples;
    if (step.kind === "silence") this.#flush();
    else this.#decode(step);
  }

  #decode(step: Exclude<Step, { kind: "silence" }>): void {
    if (step.kind === "decode") this.level = speaks(step.frame) ? -(step.frame.level & 127) : -127;
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
    const all = new Float32Array(data.numberOfFrames);
    data.copyTo(all, { planeIndex: 0, format: "f32-planar" });
    if (step.kind === "decode") this.#learn(all, step.frame);
    else this.#tell();
    const pcm = step.kind === "decode" && step.skip > 0 ? all.slice(step.skip) : all;
    this.#shape(pcm, step);
    this.#hand(pcm);
    this.#flush();
  }

  #learn(pcm: Float32Array, frame: ReceivedFrame): void {
    if (speaks(frame) || this.#hushed !== undefined) return;
    this.#meter.learn(pcm);
    this.#told = false;
  }

  /** A pause may begin: says what it has to sound like, here and in the worklet. */
  #tell(): void {
    if (this.#told) return;
    this.#told = true;
    this.#noise.shape = this.#meter.shape;
    this.#events.noise(this.#meter.shape);
  }

  /** Silence waits in the queue for the packets before it, then it is ready. */
  #flush(): void {
    while (this.#steps[0]?.kind === "silence") {
      const { samples } = this.#steps.shift() as Step;
      this.#pending -= samples;
      this.#tell();
      const pcm = new Float32Array(samples);
      const edge = this.#gain > 0 ? this.#edge : 0;
      for (let i = 0; i < samples; i++) {
        pcm[i] = edge * Math.exp(-i / 48) + Math.min(1, 1 - this.#gain + i / soft) * this.#noise.next(); // no step, no click
      }
      this.#gain = 0;
      this.#hand(pcm);
    }
  }

  /** Fades concealment out into noise from 60 to 120 ms, at once after a frame without voice; fades in what follows silence or concealment. */
  #shape(pcm: Float32Array, step: Step): void {
    const conceals = step.kind === "conceal";
    const left = conceals && speaks(step.last) ? (120 - step.before - step.samples / 48) / 60 : 0;
    const wanted = conceals ? Math.max(0, Math.min(1, left)) : 1;
    if (wanted === 1 && this.#gain === 1) return;
    const slope = (wanted - this.#gain) / (conceals ? pcm.length : soft);
    for (let i = 0; i < pcm.length; i++) {
      if (this.#gain !== wanted) this.#gain += slope;
      if (slope > 0 ? this.#gain > wanted : this.#gain < wanted) this.#gain = wanted;
      pcm[i] = this.#gain * pcm[i] + (1 - this.#gain) * this.#noise.next();
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
