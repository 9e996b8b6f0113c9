// Hop 12: all voices into one loudspeaker. Pure; playout.worklet.ts runs it on the audio thread.

import { RATE } from "./frame";
import { Stretcher } from "./wsola";

const ramp = 240; // samples of the fade before a ring runs empty and after it is filled again: 5 ms, no click
const ceiling = 0.9; // of full scale, that the limiter keeps
const release = 1 / (0.2 * RATE); // gain that the limiter gives back per sample: all of it in 0.2 s

interface Voice {
  ring: Stretcher;
  gain: number; // 0..1, slews towards 0 while the ring runs empty
  received: number; // samples since the beginning
}

/** A ring with time-stretching per voice, their sum, and a limiter on it. */
export class Mixer {
  #voices = new Map<number, Voice>();
  #scratch = new Float32Array(128);
  #limit = 1;

  /** Appends sound to the voice's ring; a new voice begins with it. */
  push(voice: number, pcm: Float32Array): void {
    const v = this.#voice(voice);
    v.ring.push(pcm);
    v.received += pcm.length;
  }

  /** @param rate playing speed of the voice, 1 = as recorded. */
  setRate(voice: number, rate: number): void {
    this.#voice(voice).ring.rate = rate;
  }

  remove(voice: number): void {
    this.#voices.delete(voice);
  }

  /** Adds the next samples of all voices to `out`, which must be zero. @returns false if there was nothing to play. */
  render(out: Float32Array): boolean {
    let any = false;
    for (const voice of this.#voices.values()) {
      if (voice.ring.length === 0) voice.gain = 0;
      else any = this.#add(voice, out);
    }
    if (any) this.#soften(out);
    return any;
  }

  /** For each voice its id, samples in the ring, samples received since its beginning. */
  report(): number[] {
    const report: number[] = [];
    for (const [id, v] of this.#voices) report.push(id, v.ring.length, v.received);
    return report;
  }

  #voice(id: number): Voice {
    let voice = this.#voices.get(id);
    if (!voice) {
      voice = { ring: new Stretcher(), gain: 0, received: 0 };
      this.#voices.set(id, voice);
    }
    return voice;
  }

  #add(voice: Voice, out: Float32Array): true {
    if (this.#scratch.length !== out.length) this.#scratch = new Float32Array(out.length);
    const count = voice.ring.pull(this.#scratch);
    const after = voice.ring.length;
    for (let i = 0; i < count; i++) {
      const left = after + count - i;
      voice.gain = left <= ramp ? Math.max(0, Math.min(voice.gain, left / ramp)) : Math.min(1, voice.gain + 1 / ramp);
      out[i] += voice.gain * this.#scratch[i];
    }
    return true;
  }

  /** Turns the sum down before it would clip: at once, within this quantum, and back slowly. */
  #soften(out: Float32Array): void {
    let peak = 0;
    for (const x of out) peak = Math.max(peak, Math.abs(x));
    const wanted = peak > ceiling ? ceiling / peak : 1;
    if (wanted === 1 && this.#limit === 1) return;
    const slope = (Math.min(wanted, this.#limit) - this.#limit) / (out.length / 4);
    for (let i = 0; i < out.length; i++) {
      this.#limit =
        this.#limit > wanted ? Math.max(wanted, this.#limit + slope) : Math.min(wanted, this.#limit + release);
      out[i] = Math.max(-1, Math.min(1, out[i] * this.#limit));
    }
  }
}
