// Pictures that are too large for the line even at their coarsest are made smaller.

const rungs = [1, 0.75, 0.5, 0.375];
const soonest = 20_000; // ms before the next larger size is tried again,
const latest = 320_000; // doubled each time that it was too much

/** The size of a layer's pictures, as a share of the usual one. Times are ms. */
export class Scale {
  #rung = 0;
  #pause = soonest;
  #until = 0;

  /** 1, or less. */
  get share(): number {
    return rungs[this.#rung];
  }

  /** A picture was too large. Returns whether there is a smaller size. */
  down(now: number): boolean {
    if (this.#rung === rungs.length - 1) return false;
    // What was tried in vain is not tried again soon.
    this.#pause = now < this.#until ? Math.min(latest, this.#pause * 2) : soonest;
    this.#rung++;
    this.#until = now + this.#pause;
    return true;
  }

  /** Tries the next larger size if it is time for it. */
  up(now: number): void {
    if (this.#rung === 0 || now < this.#until) return;
    this.#rung--;
    this.#until = now + this.#pause;
  }
}
