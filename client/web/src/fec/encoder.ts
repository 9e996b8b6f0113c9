// Hop 3 of a packet's way: the repair chunks of one direction of a session. The twin of Go's fec/encoder.go, which says why it is done so.

import { type Chunk, chunkLength, maxChunks } from "./chunk";
import { addSymbol, coefficient } from "./gf";

/** How a sender spends what the line carries beyond the media, PROTOCOL.md section 7. */
export interface Protection {
  window: number; // how many datagrams back a lost one can still be of use, 1 to 64; 0: nothing is repaired
  age: number; // a datagram not confirmed after so many is copied, 1 to 64; 0: only when reported missing
  gap: number; // and again after so many more, 1 to 64
  rate: number; // bit/s of the wire, headers included, that media and repair may fill
  prompt?: boolean; // every datagram should be reported on
}

/** What the reports of the other end say of a block: repeated is a copy that is not yet reported on. */
type State = "unconfirmed" | "here" | "missing" | "repeated";

interface Kept {
  block: Uint8Array;
  state: State;
  copied: number; // datagram of the newest copy
}

const history = 128;
const mostWindow = 64;
const nothing = new Uint8Array(0);

export class Encoder {
  private protection: Protection = { window: 0, age: 0, gap: 1, rate: 0 };
  private readonly kept: Kept[] = Array.from({ length: history }, () => ({ block: nothing, state: "here", copied: 0 })); // by sequence mod history
  private last = 0; // newest sequence
  private known = 0; // how many up to last are remembered

  /** Sets what `repairs` makes from now on. Values outside their range are taken to its nearest end; without a window all is forgotten. */
  protect(p: Protection): void {
    const { rate } = p;
    this.protection = { window: clamp(p.window, 0), age: clamp(p.age, 0), gap: clamp(p.gap, 1), rate };
    if (this.protection.window === 0) this.known = 0;
  }

  /** Records the source block of the datagram seq, each in order, also empty ones. It keeps the block, which must not change. */
  source(seq: number, block: Uint8Array): void {
    if (seq !== ((this.last + 1) & 0xffff)) this.known = 0;
    this.last = seq;
    this.known = Math.min(this.known + 1, history);
    const k = this.at(seq);
    k.block = block;
    k.state = block.length > 0 ? "unconfirmed" : "here"; // of an empty one there is nothing to repair
  }

  /** Takes what the other end says: the highest datagram that arrived, and in bit i (LSB first) whether highest − 1 − i is there. */
  report(highest: number, bitmap: Uint8Array): void {
    if (this.age(highest) >= this.known) return;
    this.at(highest).state = "here";
    for (let i = 0; i < 8 * bitmap.length; i++) {
      const seq = highest - 1 - i;
      if (this.age(seq) >= this.known) return;
      const k = this.at(seq);
      if (bitmap[i >> 3] & (1 << (i & 7))) k.state = "here";
      else if (k.state === "unconfirmed") k.state = "missing";
      else if (k.state === "repeated" && (highest - k.copied) << 16 > 0) k.state = "missing";
    }
  }

  /**
   * The chunks of the datagram of the last source, together at most room bytes on the wire: copies of what is reported missing, the oldest first;
   * then of what should be confirmed by now and is not; then sums over all that is not confirmed.
   */
  repairs(room: number): Chunk[] {
    const chunks: Chunk[] = [];
    const add = (c: Chunk | undefined): boolean => {
      if (!c || chunks.length >= maxChunks || chunkLength(c) > room) return false;
      chunks.push({ ...c, index: chunks.length });
      room -= chunkLength(c);
      return true;
    };
    this.copies(add, (k, back) => this.isMissing(k, back));
    const { age } = this.protection;
    if (age > 0) this.copies(add, (k, back) => k.state === "unconfirmed" && back >= age);
    const span = this.span();
    while (span > 0 && (span > 1 || chunks.length === 0) && add(this.window(1, span, chunks.length)));
    return chunks;
  }

  /** Whether something up to the last datagram may still be missing at the other end and of use there. */
  get owes(): boolean {
    const { window } = this.protection;
    return window > 0 && this.known > 0 && (this.at(this.last).state !== "here" || this.span() > 0);
  }

  /** A copy of the block of the sequence of; undefined if it is not before this one, empty or forgotten. */
  copy(of: number): Chunk | undefined {
    const offset = this.age(of);
    if (offset < 1 || offset >= this.known) return undefined;
    const data = this.at(of).block;
    return data.length > 0 ? { offset, span: 1, index: 0, data } : undefined;
  }

  /** A chunk over span symbols, the newest offset before the last source; undefined if one is forgotten or all are empty, or index is too high. */
  window(offset: number, span: number, index: number): Chunk | undefined {
    if (offset < 1 || span < 1 || offset + span > this.known || index >= maxChunks) return undefined;
    const newest = this.last - offset;
    if (span === 1) return this.copy(newest);
    let sum: Uint8Array = nothing;
    for (let t = newest; t > newest - span; t--) {
      sum = addSymbol(sum, coefficient(this.last, index, t), this.at(t).block);
    }
    return sum.length > 0 ? { offset, span, index, data: sum } : undefined;
  }

  /** Adds copies of what is wanted in the window, the oldest first, as long as there is room. */
  private copies(add: (c: Chunk | undefined) => boolean, wanted: (k: Kept, back: number) => boolean): void {
    for (let back = Math.min(this.protection.window, this.known - 1); back > 0; back--) {
      const k = this.at(this.last - back);
      if (!wanted(k, back)) continue;
      if (!add(this.copy(this.last - back))) return;
      k.state = "repeated";
      k.copied = this.last;
    }
  }

  /** What was copied and is lost again has one more chance: the last datagram that is in time. */
  private isMissing(k: Kept, back: number): boolean {
    const { gap, window } = this.protection;
    return k.state === "missing" || (k.state === "repeated" && (this.age(k.copied) >= gap || back === window));
  }

  /** How many symbols before the last a window has to cover: from the oldest that is not confirmed and not too old. */
  private span(): number {
    let span = Math.min(this.protection.window, this.known - 1);
    while (span > 0 && this.at(this.last - span).state === "here") span--;
    return Math.max(span, 0);
  }

  private age(seq: number): number {
    return (this.last - seq) & 0xffff;
  }

  private at(seq: number): Kept {
    return this.kept[seq & (history - 1)];
  }
}

function clamp(value: number, least: number): number {
  return Math.min(Math.max(value | 0, least), mostWindow);
}
