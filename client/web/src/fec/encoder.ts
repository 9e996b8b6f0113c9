// Hop 3 of a packet's way: the repair chunks of one direction of a session. The twin of Go's fec/encoder.go.

import { type Chunk, chunkLength, maxChunks } from "./chunk";
import { addSymbol, coefficient } from "./gf";

/** How much repair a sender adds, PROTOCOL.md section 7. */
export interface Protection {
  window: number; // symbols that a window chunk spans, 1 to 64; 0: no window chunks
  repairs: number; // window chunks per 16 datagrams that carry media, 0 to 48
  offset: number; // above 0: every datagram has a copy of the block that many datagrams before, to 127
}

const history = 128;
const perCredit = 16;
const nothing = new Uint8Array(0);

export class Encoder {
  private protection: Protection = { window: 0, repairs: 0, offset: 0 };
  private readonly blocks: Uint8Array[] = new Array(history).fill(nothing); // by sequence mod history
  private last = 0; // newest sequence
  private known = 0; // how many up to last are remembered
  private credit = 0; // of window chunks, in 1/16

  /** Sets how much repair `repairs` makes from now on. Values outside their range are taken to its nearest end. */
  protect(p: Protection): void {
    this.protection = {
      window: clamp(p.window, 64),
      repairs: clamp(p.repairs, maxChunks * perCredit),
      offset: clamp(p.offset, history - 1),
    };
    if (this.protection.window === 0) this.credit = 0;
  }

  /** Records the source block of the datagram seq, each in order, also empty ones. It keeps the block, which must not change. */
  source(seq: number, block: Uint8Array): void {
    if (seq !== ((this.last + 1) & 0xffff)) this.known = 0;
    this.last = seq;
    this.known = Math.min(this.known + 1, history);
    this.blocks[seq % history] = block;
    if (block.length > 0 && this.protection.window > 0) {
      this.credit = Math.min(this.credit + this.protection.repairs, maxChunks * perCredit);
    }
  }

  /** The chunks of the datagram of the last source, together at most room bytes on the wire. */
  repairs(room: number): Chunk[] {
    const { window, offset } = this.protection;
    const chunks: Chunk[] = [];
    const add = (c: Chunk | undefined): boolean => {
      if (!c || chunkLength(c) > room) return false;
      chunks.push(c);
      room -= chunkLength(c);
      return true;
    };
    add(this.copy(this.last - offset));
    const span = Math.min(window, this.known - 1);
    for (let index = 0; chunks.length < maxChunks && this.credit >= perCredit; index++) {
      if (span === 1 && (index > 0 || offset === 1)) break;
      if (!add(this.window(1, span, index))) break;
      this.credit -= perCredit;
    }
    return chunks;
  }

  /** A copy of the block of the sequence of; undefined if it is not before this one, empty or forgotten. */
  copy(of: number): Chunk | undefined {
    const offset = (this.last - of) & 0xffff;
    if (offset < 1 || offset >= this.known) return undefined;
    const data = this.blocks[of & (history - 1)];
    return data.length > 0 ? { offset, span: 1, index: 0, data } : undefined;
  }

  /** A chunk over span symbols, the newest offset before the last source; undefined if one is forgotten or all are empty. */
  window(offset: number, span: number, index: number): Chunk | undefined {
    if (offset < 1 || span < 1 || offset + span > this.known) return undefined;
    const newest = this.last - offset;
    if (span === 1) return this.copy(newest);
    let sum: Uint8Array = nothing;
    for (let t = newest; t > newest - span; t--) {
      sum = addSymbol(sum, coefficient(this.last, index, t), this.blocks[t & (history - 1)]);
    }
    return sum.length > 0 ? { offset, span, index, data: sum } : undefined;
  }
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(value | 0, 0), most);
}
