// Hop 11: how much of the last seconds' sound was there when it was due. Pure.

const window = 10; // s

/** Counts sound that was there and sound that was not, second by second. Times are ms of one clock that does not go back. */
export class Tally {
  #present = new Float64Array(window);
  #missing = new Float64Array(window);
  #second = 0; // the newest

  /** Takes note of ms of sound that were played now, and of ms before them that were missing. */
  add(now: number, present: number, missing: number): void {
    this.#advance(now);
    this.#present[this.#second % window] += present;
    this.#missing[this.#second % window] += missing;
  }

  /** The share of the last 10 s' sound that was missing, 0 to 1; 0 if there was none. */
  share(now: number): number {
    this.#advance(now);
    const sum = (of: Float64Array) => of.reduce((a, b) => a + b, 0);
    const missing = sum(this.#missing);
    return missing === 0 ? 0 : missing / (missing + sum(this.#present));
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1000);
    for (let s = Math.max(this.#second + 1, second - window + 1); s <= second; s++) {
      this.#present[s % window] = this.#missing[s % window] = 0;
    }
    this.#second = Math.max(this.#second, second);
  }
}
