// Hop 2, first half: voice activity. Pure: 10 ms blocks in, a decision out.

import { dB } from "./decibel";

const open = 9; // dB over the noise floor at which a voice begins
const keep = 6; // dB over the floor that keep it going
const quietest = -62; // dBov: below this nothing is a voice
const onset = 2; // blocks over the threshold before it counts: a click is shorter
const hangover = 30; // blocks that are still sent after the last one with a voice: 300 ms bridge the gaps between words
const rise = 0.03; // dB per block, the floor's fastest rise during a voice: 3 dB/s, or long vowels in a hall's echo would become noise
const settle = 100; // blocks in which the floor may rise at once, for there is hardly a voice to protect yet,
const usual = -38; // dBov, up to here: whoever speaks when the microphone opens is louder than a hall
const part = 25; // blocks of one part of the minimum's window
const parts = 12; // 3 s in all: nobody speaks so long without a breath

/** Tells voice from the noise of the hall: energy above a floor that follows the quietest moments of the last 3 s. */
export class VoiceActivity {
  #before = 0; // high pass: last input
  #high = 0; //            last output
  #power = 0; // smoothed over about 50 ms
  #minima: number[] = [];
  #minimum = 0; // of the current part, dBov
  #blocks = 0;
  #floor = -60;
  #score = 0;
  #hang = 0;

  /** The noise floor, dBov. */
  get floor(): number {
    return this.#floor;
  }

  /** True while blocks are to be sent: from the onset to the end of the hangover. */
  get sending(): boolean {
    return this.#hang > 0;
  }

  /** Takes the next block of the capture. @returns whether there is a voice in it: false in the hangover and in silence. */
  push(block: Float32Array): boolean {
    const power = this.#highPassed(block);
    const level = dB(power);
    const threshold = Math.max(this.#floor + (this.sending ? keep : open), quietest);
    const loud = level > threshold;
    this.#score = loud ? Math.min(this.#score + 1, onset) : Math.max(this.#score - 1, 0);
    const voice = loud && (this.sending || this.#score >= onset);
    this.#hang = voice ? hangover : Math.max(this.#hang - 1, 0);
    this.#follow(power);
    return voice;
  }

  /** The microphone was closed: what comes next has nothing to do with what was. The floor stays. */
  reset(): void {
    this.#score = 0;
    this.#hang = 0;
  }

  /** Mean power without the hum of mains and air conditioning: a first-order high pass at about 150 Hz. */
  #highPassed(block: Float32Array): number {
    let sum = 0;
    for (const x of block) {
      this.#high = x - this.#before + 0.98 * this.#high;
      this.#before = x;
      sum += this.#high * this.#high;
    }
    return sum / block.length;
  }

  #follow(power: number): void {
    this.#power += (power - this.#power) * (this.#blocks === 0 ? 1 : 0.2);
    const level = dB(this.#power);
    this.#minimum = this.#blocks % part === 0 ? level : Math.min(this.#minimum, level);
    this.#blocks++;
    const lowest = Math.min(this.#minimum, ...this.#minima);
    const settling = this.#blocks <= settle && this.#floor < usual;
    const limit = settling || !this.sending ? 1 : rise;
    this.#floor = Math.max(Math.min(lowest, this.#floor + limit), -90);
    if (this.#blocks % part === 0) this.#minima = [...this.#minima, this.#minimum].slice(-parts);
  }
}
