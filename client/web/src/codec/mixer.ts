// Hop 12: all voices into one loudspeaker. Pure; playout.worklet.ts runs it on the audio thread.

import { RATE } from "./frame";
import { NoiseMaker, type NoiseShape } from "./noise";
import type { RingReport } from "./ports";
import { Stretcher } from "./wsola";

const ramp = 240; // samples of the fade before a ring runs empty and after it is filled again: 5 ms, no click
const ceiling = 0.9; // of full scale, that the limiter keeps
const hold = 4 * RATE; // samples of comfort noise after a voice's last sound,
const fade = 4 * RATE; // and of its slow end
const release = 1 / (0.2 * RATE); // gain that the limiter gives back per sample: all of it in 0.2 s

interface Voice {
  ring: Stretcher;
  gain: number; // 0..1, slews towards 0 while the ring runs empty
  received: number; // samples since the beginning
  noise: NoiseMaker; // what is heard while the ring is empty,
  silent: number; // for so many samples
}

/** A ring with time-stretching per voice, comfort noise where it is empty, their sum, and a limiter on it. */
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

  /** @param shape of the noise in the voice's pauses; undefined: silence. */
  setNoise(voice: number, shape: NoiseShape | undefined): void {
    this.#voice(voice).noise.shape = shape;
  }

  remove(voice: number): void {
    this.#voices.delete(voice);
  }

  /** Adds the next samples of all voices to `out`, which must be zero. @returns false if all rings were empty. */
  render(out: Float32Array): boolean {
    if (this.#scratch.length !== out.length) this.#scratch = new Float32Array(out.length);
    let any = false;
    for (const voice of this.#voices.values()) {
      if (voice.ring.length > 0) any = true;
      else if (!voice.noise.audible || voice.silent >= hold + fade) continue;
      this.#add(voice, out);
    }
    if (any) this.#soften(out);
    return any;
  }

  /** How each voice's ring stands. */
  report(): RingReport[] {
    return [...this.#voices].map(([voice, { ring, received }]) => {
      return { voice, length: ring.length, received, stretched: ring.stretched };
    });
  }

  #voice(id: number): Voice {
    let voice = this.#voices.get(id);
    if (!voice) {
      voice = { ring: new Stretcher(), gain: 0, received: 0, noise: new NoiseMaker(), silent: 0 };
      this.#voices.set(id, voice);
    }
    return voice;
  }

  #add(voice: Voice, out: Float32Array): void {
    const count = voice.ring.pull(this.#scratch);
    const after = voice.ring.length;
    const loudness = Math.min(1, (hold + fade - voice.silent) / fade);
    for (let i = 0; i < out.length; i++) {
      const left = after + count - i;
      if (left <= 0) voice.gain = 0;
      else if (left <= ramp) voice.gain = Math.min(voice.gain, left / ramp);
      else voice.gain = Math.min(1, voice.gain + 1 / ramp);
      if (left > 0) out[i] += voice.gain * this.#scratch[i];
      if (voice.gain < 1) out[i] += (1 - voice.gain) * loudness * voice.noise.next();
    }
    voice.silent = count > 0 ? 0 : voice.silent + out.length;
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
