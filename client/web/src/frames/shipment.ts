// One frame on its way: its shards, and which of them the other side has.

import { shardOf } from "../fec/shard";
import type { Out } from "./frame";
import { maxShards, shardsOf } from "./piece";

/** A frame on its way. Repairs are shards that were not sent before, as long as there are any: any k bring the frame, whichever were lost. */
export class Shipment {
  readonly k: number;
  over = false; // delivered or given up
  private readonly planned: number; // shards that go at once, data and parity
  private readonly there = new Set<number>(); // that the other side has
  private next = 0; // to be sent; goes round
  private flying = 0; // pieces of which nothing is known

  /** @param piece bytes of a piece at most. @param parity what goes along, given k. @param until ms when it is worth nothing. */
  constructor(
    readonly out: Out,
    piece: number,
    parity: (k: number) => number,
    readonly until: number,
  ) {
    this.k = shardsOf(out.frame.payload.length, piece);
    this.planned = Math.min(this.k + parity(this.k), maxShards);
  }

  /** Bytes that never left, without heads. */
  get unsent(): number {
    return Math.ceil((this.out.frame.payload.length * Math.max(this.k - this.next, 0)) / this.k);
  }

  /** Whether enough left once for the frame to be whole. */
  get dispatched(): boolean {
    return this.next >= this.k;
  }

  /** Whether there is something to send: what never left, or what replaces a loss. @param arrival when that would come, ms. */
  owes(now: number, arrival: number): boolean {
    if (this.over || now >= this.until) return false;
    return this.next < this.planned || (arrival < this.until && this.there.size + this.flying < this.k);
  }

  /** Whether what is due replaces a loss. */
  get repairs(): boolean {
    return this.next >= this.planned;
  }

  /** The index of the shard that goes next: it counts as sent. */
  take(): number {
    while (this.there.has(this.next % maxShards)) this.next++;
    this.flying++;
    return this.next++ % maxShards;
  }

  /** The last one taken did not leave. */
  putBack(): void {
    this.next--;
    this.flying--;
  }

  /** A shard leaves once more. */
  repeat(): void {
    this.flying++;
  }

  shard(index: number): Uint8Array {
    return shardOf(this.out.frame.payload, this.k, index);
  }

  /** A piece with this shard arrived, or was lost. */
  settled(index: number, arrived: boolean): void {
    this.flying--;
    if (arrived) this.there.add(index);
  }

  /** Whether the other side can put the frame together. */
  get whole(): boolean {
    return this.there.size >= this.k;
  }

  /** Ends it, and says how. */
  end(delivered: boolean): void {
    if (this.over) return;
    this.over = true;
    this.out.done?.(delivered);
  }
}
