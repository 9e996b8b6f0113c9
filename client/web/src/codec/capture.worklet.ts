// Hop 1 of a packet's way: the microphone's samples, in blocks of 10 ms on the capture clock, to the media worker.

import { BLOCK } from "./frame";
import { type CaptureBlock, newCaptureBlock, samplesOf, setTime, type ToWorklet } from "./ports";

const meterEvery = 5; // blocks: 50 ms

class Capture extends AudioWorkletProcessor {
  #worker: MessagePort | undefined;
  #muted = false;
  #pool: CaptureBlock[] = [];
  #block: CaptureBlock | undefined; // the one that is filled
  #samples = new Float32Array(0); // its samples
  #filled = 0;
  #power = 0;
  #metered = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToWorklet>) => {
      if ("port" in data) this.#connect(data.port);
      else this.#mute(data.muted);
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const input = inputs[0]?.[0];
    if (!input || this.#muted) this.#abandon();
    else for (let i = 0; i < input.length; i++) this.#take(input[i], currentFrame + i);
    return true;
  }

  /** A block begins where the clock is a multiple of 10 ms; after a gap the samples up to there are left out. */
  #take(sample: number, clock: number): void {
    if (!this.#block) {
      if (clock % BLOCK !== 0) return;
      this.#block = this.#pool.pop() ?? newCaptureBlock();
      this.#samples = samplesOf(this.#block);
      setTime(this.#block, clock);
      this.#filled = 0;
    }
    this.#samples[this.#filled++] = sample;
    this.#power += sample * sample;
    if (this.#filled === BLOCK) this.#send(this.#block);
  }

  #abandon(): void {
    if (this.#block) this.#pool.push(this.#block);
    this.#block = undefined;
  }

  #send(block: CaptureBlock): void {
    this.#block = undefined;
    this.#meter();
    if (this.#worker) this.#worker.postMessage(block, [block]);
    else this.#pool.push(block);
  }

  #meter(): void {
    if (++this.#metered < meterEvery) return;
    this.port.postMessage(this.#power / (meterEvery * BLOCK));
    this.#metered = 0;
    this.#power = 0;
  }

  #mute(muted: boolean): void {
    this.#muted = muted;
    this.#metered = 0;
    this.#power = 0;
  }

  #connect(port: MessagePort): void {
    this.#worker?.close();
    this.#worker = port;
    port.onmessage = ({ data }: MessageEvent<CaptureBlock>) => this.#pool.push(data);
  }
}

registerProcessor("capture", Capture);
