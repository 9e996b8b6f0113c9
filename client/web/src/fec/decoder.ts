// Hop 10 of a packet's way: recovers the lost blocks of one direction of a session. The twin of Go's fec/decoder.go and equation.go,
// which say why it is done so.

import { Reader } from "./bytes";
import { type Chunk, maxBlock } from "./chunk";
import { addSymbol, coefficient, inverse, lengthen, multiplyAdd, scale, symbolSize } from "./gf";

const symbols = 192;
const maxEquations = 64;
const firstEpoch = 1 << 16;

/** The sum over the unknown symbols t of coefficients[t mod 192] · S(t) is sum; coefficient 1 at the pivot, its oldest unknown. */
interface Equation {
  coefficients: Uint8Array;
  sum: Uint8Array;
}

export class Decoder {
  /** What came of the repair chunks. */
  readonly stats = { recovered: 0, useless: 0, old: 0, bad: 0 };

  private newest = -1; // highest sequence so far, unwrapped
  private readonly blocks: (Uint8Array | undefined)[] = new Array(symbols).fill(undefined); // arrived or recovered
  private readonly pivots: (Equation | undefined)[] = new Array(symbols).fill(undefined); // by the oldest unknown
  private rows = 0; // equations in pivots

  /** recovered gets every block that comes back, the oldest first, each once; it must not call the decoder. */
  constructor(private readonly recovered: (seq: number, block: Uint8Array) => void) {}

  /** Whether the block of seq arrived or was recovered, as far as it is remembered. */
  here(seq: number): boolean {
    const t = this.unwrap(seq);
    return t <= this.newest && !this.expired(t) && this.blocks[t % symbols] !== undefined;
  }

  /** Records the block of the datagram seq and keeps it. False if it was here before, is too old or too long. */
  source(seq: number, block: Uint8Array): boolean {
    const t = this.advance(seq);
    if (this.expired(t) || this.blocks[t % symbols] || block.length > maxBlock) return false;
    this.learn(t, block);
    this.solve();
    return true;
  }

  /** Takes a chunk of the datagram seq, after that datagram's source. */
  repair(seq: number, c: Chunk): void {
    const to = this.advance(seq) - c.offset;
    const from = to - c.span + 1;
    if (this.expired(from)) {
      this.stats.old++;
    } else if (this.allHere(from, to)) {
      this.stats.useless++;
    } else if (c.span === 1) {
      this.learn(to, c.data.slice());
      this.deliver(to);
      this.solve();
    } else {
      this.sum(seq, c, from, to);
    }
  }

  private unwrap(seq: number): number {
    return this.newest + (((seq - this.newest) << 16) >> 16);
  }

  private advance(seq: number): number {
    if (this.newest < 0) this.newest = firstEpoch + seq;
    const t = this.unwrap(seq);
    for (let u = Math.max(this.newest, t - symbols) + 1; u <= t; u++) {
      this.blocks[u % symbols] = undefined;
      this.drop(u);
    }
    this.newest = Math.max(this.newest, t);
    return t;
  }

  private expired(t: number): boolean {
    return t <= this.newest - symbols;
  }

  private get oldestKept(): number {
    return this.newest - symbols + 1;
  }

  private allHere(from: number, to: number): boolean {
    for (let t = from; t <= to; t++) if (!this.blocks[t % symbols]) return false;
    return true;
  }

  private learn(t: number, block: Uint8Array): void {
    this.blocks[t % symbols] = block;
    this.substitute(t);
  }

  private deliver(t: number): void {
    this.stats.recovered++;
    this.recovered(t & 0xffff, this.blocks[t % symbols] as Uint8Array);
  }

  /** Makes an equation of a window chunk and brings it in. */
  private sum(seq: number, c: Chunk, from: number, to: number): void {
    const e: Equation = { coefficients: new Uint8Array(symbols), sum: c.data.slice() };
    for (let t = from; t <= to; t++) {
      const block = this.blocks[t % symbols];
      const factor = coefficient(seq, c.index, t);
      if (!block) {
        e.coefficients[t % symbols] = factor;
      } else if (symbolSize(block) > c.data.length) {
        this.stats.bad++;
        return;
      } else {
        e.sum = addSymbol(e.sum, factor, block);
      }
    }
    for (let t = from; t <= to; t++) {
      const p = this.pivots[t % symbols];
      if (p) eliminate(e, p, t);
    }
    if (!this.insert(e)) this.stats.useless++;
    this.solve();
  }

  /** Brings in e, which has no other equation's pivot, under its oldest unknown; false if it has none. */
  private insert(e: Equation): boolean {
    const pivot = this.oldest(e, this.oldestKept);
    if (pivot === undefined) return false;
    const factor = inverse(e.coefficients[pivot % symbols]);
    scale(e.coefficients, factor);
    scale(e.sum, factor);
    for (let t = this.oldestKept; t < pivot; t++) {
      const p = this.pivots[t % symbols];
      if (p) eliminate(p, e, pivot);
    }
    this.pivots[pivot % symbols] = e;
    this.rows++;
    return true;
  }

  /** The first unknown of e that is not older than from. */
  private oldest(e: Equation, from: number): number | undefined {
    for (let t = from; t <= this.newest; t++) if (e.coefficients[t % symbols]) return t;
    return undefined;
  }

  /** Takes the symbol t, now known, out of all equations. */
  private substitute(t: number): void {
    if (this.rows === 0) return;
    const own = this.pivots[t % symbols];
    if (own) {
      this.drop(t);
      this.settle(own, t);
      this.insert(own);
      return;
    }
    for (let u = this.oldestKept; u < t; u++) {
      const e = this.pivots[u % symbols];
      if (e) this.settle(e, t);
    }
  }

  private settle(e: Equation, t: number): void {
    const factor = e.coefficients[t % symbols];
    if (factor) e.sum = addSymbol(e.sum, factor, this.blocks[t % symbols] as Uint8Array);
    e.coefficients[t % symbols] = 0;
  }

  /** Recovers the symbols of all equations with one unknown left, then gives up the oldest equations if there are too many. */
  private solve(): void {
    for (let t = this.oldestKept; this.rows > 0 && t <= this.newest; t++) {
      const e = this.pivots[t % symbols];
      if (!e || this.oldest(e, t + 1) !== undefined) continue;
      this.drop(t);
      const block = solution(e.sum);
      if (!block) {
        this.stats.bad++;
        continue;
      }
      this.blocks[t % symbols] = block;
      this.deliver(t);
    }
    for (let t = this.oldestKept; this.rows > maxEquations; t++) this.drop(t);
  }

  private drop(t: number): void {
    if (!this.pivots[t % symbols]) return;
    this.pivots[t % symbols] = undefined;
    this.rows--;
  }
}

/** Takes the unknown t, the pivot of p, out of e. */
function eliminate(e: Equation, p: Equation, t: number): void {
  const factor = e.coefficients[t % symbols];
  if (!factor) return;
  multiplyAdd(e.coefficients, 0, factor, p.coefficients);
  e.sum = lengthen(e.sum, p.sum.length);
  multiplyAdd(e.sum, 0, factor, p.sum);
}

/** The source block in a symbol; undefined if that cannot be one: an impossible length, or something behind it. */
function solution(symbol: Uint8Array): Uint8Array | undefined {
  const r = new Reader(symbol);
  const block = r.part();
  const good = !r.failed && block.length <= maxBlock && r.take(r.left).every((b) => b === 0);
  return good ? block : undefined;
}
