// Hop 12 of a packet's way: the audio thread pulls what the loudspeaker plays out of the voices' rings.

import { Mixer } from "./mixer";
import { type ToPlayout, type ToWorklet, writeReports } from "./ports";

const reportEvery = 4; // quanta of 128 samples: 10.7 ms

class Playout extends AudioWorkletProcessor {
  #mixer = new Mixer();
  #worker: MessagePort | undefined;
  #quanta = 0;
  #playing = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<ToWorklet>) => {
      if ("port" in data) this.#connect(data.port);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array<ArrayBuffer>[][]): boolean {
    const playing = this.#mixer.render(outputs[0][0]);
    const stopped = this.#playing && !playing;
    this.#playing = playing;
    if (stopped || (playing && ++this.#quanta >= reportEvery)) {
      this.#quanta = 0;
      this.#worker?.postMessage(writeReports(this.#mixer.report()));
    }
    return true;
  }

  /** A new worker knows nothing of the voices of the old one. */
  #connect(port: MessagePort): void {
    this.#worker?.close();
    this.#worker = port;
    this.#mixer = new Mixer();
    port.onmessage = ({ data }: MessageEvent<ToPlayout>) => {
      if ("pcm" in data) this.#mixer.push(data.voice, data.pcm);
      else if ("rate" in data) this.#mixer.setRate(data.voice, data.rate);
      else if ("noise" in data) this.#mixer.setNoise(data.voice, data.noise);
      else this.#mixer.remove(data.voice);
    };
  }
}

registerProcessor("playout", Playout);
