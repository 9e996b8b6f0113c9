// Hop 2 of a packet's way: capture blocks → voice activity → Opus frames of up to two layers. Runs in the media worker.

import { CodecError, HI, type Layer, LO, type VoiceFrame, type VoicePlan } from "./frame";
import { Framer, type SoundFrame } from "./framer";
import { LayerEncoder } from "./layer";
import { type CaptureBlock, samplesOf, timeOf } from "./ports";

const fresh = 300; // ms: blocks come every 10 ms; when none come, the microphone is closed

export interface EncoderEvents {
  /** A frame to send, in order per layer; the payload is yours. Up to 100 ms of them come at once when somebody begins to speak. */
  onFrame(frame: VoiceFrame): void;
  /** The encoder failed; it is made again by itself. */
  onError?(error: CodecError): void;
}

/** Capture blocks → voice activity → Opus frames of up to two layers. Worker only. Sends nothing until setPlan. */
export class VoiceEncoder {
  #events: EncoderEvents;
  #framer = new Framer();
  #layers: Record<Layer, LayerEncoder>;
  #port: MessagePort | undefined;
  #muted = false;
  #level = -127;
  #came = 0; // when the last block came, ms
  #last = 0; // raw time of the last block
  #shift = 0; // added to the worklet's clock: a new worklet begins at 0, a publication's clock never goes back

  constructor(events: EncoderEvents) {
    this.#events = events;
    this.#layers = { [LO]: this.#layer(LO), [HI]: this.#layer(HI) };
  }

  /** Takes the capture worklet's port; a new one replaces the old. */
  connect(port: MessagePort): void {
    this.#port?.close();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<CaptureBlock>) => {
      this.#push(timeOf(data), samplesOf(data).slice());
      port.postMessage(data, [data]); // back into the worklet's pool
    };
  }

  /** Obeys a plan from the next frame on: layers on and off, rates, frame length. Numbers and times go on, the change is not heard. */
  setPlan(plan: VoicePlan): void {
    this.#framer.frame = plan.frame;
    this.#layers[LO].bitrate = possible(plan.lo);
    this.#layers[HI].bitrate = possible(plan.hi);
  }

  /** A new publication: both layers' numbers begin at 0 again, nothing of before is sent. */
  restart(): void {
    this.#framer.reset();
    for (const layer of [LO, HI] as const) {
      const old = this.#layers[layer];
      this.#layers[layer] = this.#layer(layer, old.dropped);
      this.#layers[layer].bitrate = old.bitrate;
      old.close();
    }
  }

  /** Muted: nothing is sent from now on, also not what was captured before. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#framer.reset();
    this.#level = -127;
    if (muted) for (const layer of Object.values(this.#layers)) layer.discard();
  }

  /** A capture time, and performance.now() of then; undefined before the first block. */
  get clock(): [time: number, at: number] | undefined {
    return this.#came > 0 ? [(this.#last + this.#shift) >>> 0, this.#came] : undefined;
  }

  /** Level of what is sent now, dBov -127..0; -127 in silence, when muted, and while the microphone is closed. */
  get level(): number {
    return performance.now() - this.#came < fresh ? this.#level : -127;
  }

  /** Frames that were not encoded because the encoder fell behind (the computer is too slow). */
  get dropped(): number {
    return this.#layers[LO].dropped + this.#layers[HI].dropped;
  }

  close(): void {
    this.#port?.close();
    for (const layer of Object.values(this.#layers)) layer.close();
  }

  #layer(layer: Layer, dropped = 0): LayerEncoder {
    return new LayerEncoder(layer, dropped, {
      onFrame: (frame) => this.#events.onFrame(frame),
      onError: (cause) => this.#events.onError?.(new CodecError("encoder-failed", { cause })),
    });
  }

  #push(raw: number, samples: Float32Array): void {
    this.#came = performance.now();
    if (raw < this.#last && this.#last - raw < 2 ** 31) this.#shift += this.#last - raw + 48_000;
    this.#last = raw;
    if (this.#muted) return;
    const frames = this.#framer.push((raw + this.#shift) >>> 0, samples);
    if (!this.#framer.sending) this.#level = -127;
    for (const frame of frames) this.#encode(frame);
  }

  #encode(frame: SoundFrame): void {
    this.#level = -(frame.level & 127);
    for (const layer of Object.values(this.#layers)) layer.encode(frame);
  }
}

/** The nearest bit rate at which Opus makes a voice of it; 0 stays 0. */
function possible(bitrate: number): number {
  return bitrate > 0 ? Math.min(Math.max(Math.round(bitrate), 6_000), 32_000) : 0;
}
