// Hop 2, last step: one layer of a voice, one AudioEncoder at a time.

import { distance, type Layer, type VoiceFrame } from "./frame";
import type { SoundFrame } from "./framer";
import { encoderConfig } from "./opus";

const mostPending = 25; // frames inside an encoder; more means that the computer does not keep up

const pauseAfterFailure = 25; // frames, 0.5 s
const longestFrame = 1920; // samples

interface LayerEvents {
  onFrame(frame: VoiceFrame): void;
  onError(cause: unknown): void;
}

/**
 * One AudioEncoder and the frames that are inside it. Its timestamps are worthless after a gap, but it gives exactly one
 * packet for each frame, in order: so packets are matched to frames by counting.
 */
interface Stage {
  encoder: AudioEncoder;
  bitrate: number;
  samples: number; // of a frame
  inside: (SoundFrame | undefined)[]; // undefined: the packet is not wanted
  ready: VoiceFrame[]; // packets that wait for the stage before
  retired: boolean;
}

/** Encodes the frames of one layer at the plan's rate and numbers them. */
export class LayerEncoder {
  bitrate = 0; // bit/s, 0 = off; obeyed from the next frame on
  #layer: Layer;
  #events: LayerEvents;
  #stages: Stage[] = []; // the last one encodes, those before it only finish
  #sequence = 0;
  #before = { samples: new Float32Array(longestFrame), end: 0 }; // the last sound, and the capture time after it
  #pause = 0; // frames until an encoder is tried again
  #dropped: number;

  constructor(layer: Layer, dropped: number, events: LayerEvents) {
    this.#layer = layer;
    this.#dropped = dropped;
    this.#events = events;
  }

  get dropped(): number {
    return this.#dropped;
  }

  encode(frame: SoundFrame): void {
    if (this.#pause > 0) this.#pause--;
    else if (this.bitrate === 0 || typeof AudioEncoder === "undefined") this.#retire();
    else this.#encode(frame);
    this.#remember(frame);
  }

  #encode(frame: SoundFrame): void {
    let stage = this.#stages.at(-1);
    if (!stage || stage.retired || stage.bitrate !== this.bitrate || stage.samples !== frame.samples.length) {
      this.#retire();
      stage = this.#open(frame.samples.length);
      if (!stage) return;
      // A new encoder begins from silence; what was said just before warms it up, so that the change is not heard.
      const samples = this.#before.samples.slice(-frame.samples.length);
      const before = { ...frame, time: Math.max(0, frame.time - samples.length), samples };
      if (distance(frame.time, this.#before.end) === 0) this.#feed(stage, before, undefined);
    }
    if (stage.inside.length >= mostPending) this.#dropped++;
    else this.#feed(stage, frame, frame);
  }

  #remember({ time, samples }: SoundFrame): void {
    const all = this.#before.samples;
    if (distance(time, this.#before.end) !== 0) all.fill(0);
    all.copyWithin(0, samples.length);
    all.set(samples, all.length - samples.length);
    this.#before.end = (time + samples.length) >>> 0;
  }

  /** Nothing that is inside comes out any more. */
  discard(): void {
    for (const stage of this.#stages) {
      stage.inside.fill(undefined);
      stage.ready = [];
    }
    this.#before.samples.fill(0);
  }

  close(): void {
    for (const { encoder } of this.#stages) if (encoder.state !== "closed") encoder.close();
    this.#stages = [];
    this.bitrate = 0;
  }

  /** A change of rate or frame length needs another encoder: configure() would put its timestamps and packets into disorder. */
  #open(samples: number): Stage | undefined {
    const stage: Stage = {
      encoder: new AudioEncoder({
        output: (chunk) => this.#output(stage, chunk),
        error: (cause) => this.#failed(stage, cause),
      }),
      bitrate: this.bitrate,
      samples,
      inside: [],
      ready: [],
      retired: false,
    };
    this.#stages.push(stage);
    try {
      stage.encoder.configure(encoderConfig(this.bitrate, samples / 48));
      return stage;
    } catch (cause) {
      this.#failed(stage, cause);
      return undefined;
    }
  }

  #feed(stage: Stage, sound: SoundFrame, wanted: SoundFrame | undefined): void {
    stage.inside.push(wanted);
    const data = new AudioData({
      format: "f32-planar",
      sampleRate: 48_000,
      numberOfFrames: sound.samples.length,
      numberOfChannels: 1,
      timestamp: Math.round((sound.time * 1000) / 48),
      data: sound.samples,
    });
    try {
      stage.encoder.encode(data);
    } catch (cause) {
      this.#failed(stage, cause);
    } finally {
      data.close();
    }
  }

  #output(stage: Stage, chunk: EncodedAudioChunk): void {
    const sound = stage.inside.shift();
    if (sound) {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      stage.ready.push({ layer: this.#layer, sequence: 0, time: sound.time, level: sound.level, payload });
    }
    this.#deliver();
  }

  /** Hands out what is ready; a stage's packets wait until the stages before it are empty. */
  #deliver(): void {
    for (;;) {
      const stage = this.#stages[0];
      if (!stage) return;
      for (const frame of stage.ready.splice(0)) {
        frame.sequence = this.#sequence;
        this.#sequence = (this.#sequence + 1) >>> 0;
        this.#events.onFrame(frame);
      }
      if (!stage.retired || stage.inside.length > 0) return;
      if (stage.encoder.state !== "closed") stage.encoder.close();
      this.#stages.shift();
    }
  }

  #retire(): void {
    const stage = this.#stages.at(-1);
    if (!stage || stage.retired) return;
    stage.retired = true;
    this.#deliver();
    if (stage.encoder.state !== "configured") return;
    // It gives what it holds by itself; should it ever keep a packet, the next stage must not wait for it.
    const done = () => {
      stage.inside = [];
      this.#deliver();
    };
    stage.encoder.flush().then(done, done);
  }

  #failed(stage: Stage, cause: unknown): void {
    stage.retired = true;
    stage.inside = [];
    this.#pause = pauseAfterFailure;
    this.#events.onError(cause);
    this.#deliver();
  }
}
