// Whether the computer keeps up with encoding.

import { LAYER } from "../../frames/frame";

const window = 2000; // ms
const tolerated = 0.25; // of the pictures of a layer may find its encoder busy
const share = 0.5; // of all cores that encoding may take; the voice and the page need the rest
const pause = 30_000; // ms before a layer that was dropped is tried again,
const longest = 240_000; // doubled each time that it fails soon
const well = 120_000; // after this long a failure counts as the first
const settle = 4000; // ms that another codec has to show what it spares
const few = 2; // cores of which the top layer in the best codec leaves the voice too little
const small = 120_000; // ms without the top layer after which the best codec is back, doubled each time

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
  #thrifty = false;
  #settled = 0; // when strikes count again
  #large = 0; // when the top layer was last encoded, or given up
  #small = small;

  constructor(private readonly cores: number) {}

  /** The highest camera layer to encode; undefined: any. */
  get most(): number | undefined {
    return this.#limit;
  }

  /** Whether the codec that costs least is to be used. */
  get thrifty(): boolean {
    return this.#thrifty;
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

  /** Judges what was seen since the last judgement, at most every 2 s. `top` is the highest camera layer that is encoded, `least` stays whatever happens; cheaper: there is a codec that costs less. Returns whether most or thrifty has changed. */
  judge(now: number, top: number, least: number, cheaper = false): boolean {
    if (now - this.#began < window) return false;
    const busy = this.#tooMuch(now - this.#began);
    this.#began = now;
    this.#counts.clear();
    this.#strikes = busy && now >= this.#settled ? this.#strikes + 1 : 0;
    const behind = this.#strikes >= 2; // one bad window may be a program that starts
    if (this.#spares(now, top, cheaper && (behind || this.cores <= few))) return true;
    if (behind && top > least) return this.#lower(now, top - 1);
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

  /** Another codec before a smaller picture; the best one again when only small pictures were sent for long, which gain most by it. */
  #spares(now: number, top: number, needed: boolean): boolean {
    if (top >= LAYER.large || this.#limit !== undefined) this.#large = now;
    if (this.#thrifty) {
      if (now - this.#large < this.#small) return false;
      this.#thrifty = false;
      this.#small *= 2;
      return true;
    }
    if (!needed || top < LAYER.large) return false;
    this.#thrifty = true;
    this.#strikes = 0;
    this.#settled = now + settle;
    return true;
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
