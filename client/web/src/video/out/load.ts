// Whether the computer keeps up with encoding.

import { LAYER } from "../../frames/frame";

const window = 2000; // ms
const tolerated = 0.25; // of the pictures of a layer may find its encoder busy
const share = 0.5; // of all cores that encoding may take; the voice and the page need the rest
const pause = 30_000; // ms before a layer that was dropped is tried again,
const longest = 240_000; // doubled each time that it fails soon
const well = 120_000; // after this long a failure counts as the first

interface Count {
  due: number;
  late: number;
  spent: number; // ms of encoding
}

/** Watches how encoders keep up, and says which camera layer is the highest that may be tried. Times are ms. */
export class Load {
  #counts = new Map<number, Count>();
  #began = 0;
  #limit: number | undefined; // highest layer
  #until = 0; // when the limit is tried to be raised
  #pause = pause;
  #strikes = 0; // windows in a row that were too much
  #raised = Number.NEGATIVE_INFINITY;

  constructor(private readonly cores: number) {}

  /** The highest camera layer to encode; undefined: any. */
  get most(): number | undefined {
    return this.#limit;
  }

  /** A picture was due for a layer; late: its encoder was still busy with those before, so it was left out. */
  due(layer: number, late: boolean): void {
    const of = this.#count(layer);
    of.due++;
    if (late) of.late++;
  }

  /** An encoder took this long for a picture. */
  took(layer: number, ms: number): void {
    this.#count(layer).spent += ms;
  }

  /** Judges what was seen since the last judgement, at most every 2 s. `top` is the highest camera layer that is encoded, `least` stays whatever happens. Returns whether most has changed. */
  judge(now: number, top: number, least: number): boolean {
    if (now - this.#began < window) return false;
    const busy = this.#tooMuch(now - this.#began);
    this.#began = now;
    this.#counts.clear();
    this.#strikes = busy ? this.#strikes + 1 : 0;
    // One bad window may be a program that starts.
    if (this.#strikes >= 2 && top > least) return this.#lower(now, top - 1);
    if (this.#limit === undefined || now < this.#until || busy) return false;
    this.#raise(now);
    return true;
  }

  #count(layer: number): Count {
    const of = this.#counts.get(layer) ?? { due: 0, late: 0, spent: 0 };
    this.#counts.set(layer, of);
    return of;
  }

  #tooMuch(ms: number): boolean {
    let spent = 0;
    for (const of of this.#counts.values()) {
      spent += of.spent;
      if (of.due >= 4 && of.late / of.due > tolerated) return true;
    }
    return spent / ms > share * this.cores;
  }

  #lower(now: number, limit: number): boolean {
    this.#pause = now - this.#raised < well ? Math.min(longest, this.#pause * 2) : pause;
    this.#strikes = 0;
    this.#limit = limit;
    this.#until = now + this.#pause;
    return true;
  }

  #raise(now: number): void {
    const next = (this.#limit ?? 0) + 1;
    this.#limit = next >= LAYER.large ? undefined : next;
    this.#until = now + this.#pause;
    this.#raised = now;
  }
}
