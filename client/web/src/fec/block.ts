// The block code RS(k, m) of PROTOCOL.md section 5, for frames larger than a datagram. The twin of Go's fec/block.go.

import { inverse, lengthen, multiplyAdd, scale } from "./gf";

const maxShards = 255;
const maxFrame = 65535;
const frameLength = 2; // bytes before the frame

/** Cuts frames into k shards of equal length and makes m more of them; any k give the frame back. */
export class Block {
  /** Throws a RangeError unless k ≥ 1, m ≥ 0 and k + m ≤ 255. */
  constructor(
    readonly k: number,
    readonly m: number,
  ) {
    if (!(k >= 1 && m >= 0 && k + m <= maxShards)) throw new RangeError("fec: bad numbers of shards");
  }

  /** The length of the shards of a frame of n bytes. */
  shardSize(n: number): number {
    return Math.ceil((frameLength + n) / this.k);
  }

  /** The shards of a frame of 1 to 65,535 bytes: k of data, m of parity. Throws a RangeError for others. */
  split(frame: Uint8Array): Uint8Array[] {
    const n = frame.length;
    if (n < 1 || n > maxFrame) throw new RangeError("fec: a frame has 1 to 65535 bytes");
    const size = this.shardSize(n);
    const all = new Uint8Array(size * this.k);
    all.set([n >> 8, n & 0xff]);
    all.set(frame, frameLength);
    const shards = Array.from({ length: this.k }, (_, c) => all.subarray(c * size, (c + 1) * size));
    for (let i = 0; i < this.m; i++) {
      const parity = new Uint8Array(size);
      for (let c = 0; c < this.k; c++) multiplyAdd(parity, 0, this.factor(i, c), shards[c]);
      shards.push(parity);
    }
    return shards;
  }

  /** The frame of k + m shards, those that are missing undefined; undefined if less than k are there or they do not belong together. */
  join(shards: (Uint8Array | undefined)[]): Uint8Array | undefined {
    const { k, m } = this;
    const size = shards.find((s) => s)?.length ?? 0;
    const there = shards.filter((s) => s?.length === size).length;
    const fits = shards.length === k + m && shards.every((s) => !s || s.length === size);
    if (!fits || there < k || size < this.shardSize(1) || size > this.shardSize(maxFrame)) return undefined;
    const all = new Uint8Array(size * k);
    const missing: number[] = [];
    for (let c = 0; c < k; c++) {
      const shard = shards[c];
      if (shard) all.set(shard, c * size);
      else missing.push(c);
    }
    this.recover(all, size, missing, shards);
    const n = (all[0] << 8) | all[1];
    const end = frameLength + n;
    if (n === 0 || this.shardSize(n) !== size || all.subarray(end).some((b) => b !== 0)) return undefined;
    return all.subarray(frameLength, end);
  }

  /** What data shard c counts for in parity shard i. */
  private factor(i: number, c: number): number {
    return inverse((this.k + i) ^ c);
  }

  /** Solves for the missing data shards, with as many parity shards. Each row is its factors, padded, and behind them its sum. */
  private recover(all: Uint8Array, size: number, missing: number[], shards: (Uint8Array | undefined)[]): void {
    const u = missing.length;
    const rows: Uint8Array[] = [];
    for (let i = 0; rows.length < u; i++) {
      const parity = shards[this.k + i];
      if (!parity) continue;
      const row = lengthen(
        Uint8Array.from(missing, (c) => this.factor(i, c)),
        u + size,
      );
      row.set(parity, u);
      for (let c = 0; c < this.k; c++) {
        if (shards[c]) multiplyAdd(row, u, this.factor(i, c), all.subarray(c * size, (c + 1) * size));
      }
      rows.push(row);
    }
    // A Cauchy matrix: no pivot is ever 0.
    for (let p = 0; p < u; p++) {
      scale(rows[p], inverse(rows[p][p]));
      for (let i = 0; i < u; i++) if (i !== p) multiplyAdd(rows[i], 0, rows[i][p], rows[p]);
    }
    for (let p = 0; p < u; p++) all.set(rows[p].subarray(u), missing[p] * size);
  }
}
