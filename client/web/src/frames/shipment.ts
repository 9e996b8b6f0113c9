// One frame on its way: its shards, and which of them the other side has.

import { Block } from "../fec/block";
import type { Out } from "./frame";
import { maxShards, shardsOf } from "./piece";

const some = 4; // parity shards that are made at once when repairs need more

/** A frame on its way. Repairs are parity shards that were never sent before: any k bring the frame, whichever were lost. */
export class Shipment {
  readonly k: number;
  over = false; // delivered or given up
  private readonly m: number; // parity that goes along at once
  private readonly there = new Set<number>(); // shards that the other side has
  private block: Block;
  private shards: Uint8Array[] | undefined; // made when the first is due
  private next = 0; // shard to be sent
  private flying = 0; // pieces of which nothing is known

  /** @param piece bytes of a piece at most. @param parity what goes along, given k. @param until when it is worth nothing. */
  constructor(
    readonly out: Out,
    piece: number,
    parity: (k: number) => number,
    readonly until: number,
  ) {
    this.k = shardsOf(out.frame.payload.length, piece);
    this.m = Math.min(parity(this.k), maxShards - this.k);
    this.block = new Block(this.k, this.m);
  }

  /** Bytes that were not sent yet, without heads. */
  get unsent(): number {
    const share = Math.max(this.k - this.next, 0) / this.k;
    return Math.ceil(this.out.frame.payload.length * share);
  }

  /** Whether enough left once for the frame to be whole. */
  get dispatched(): boolean {
    return this.next >= this.k;
  }

  private get sent(): boolean {
    return this.next >= this.k + this.m;
  }

  /** Whether there is something to send: what never left, or what replaces a loss. */
  owes(now: number): boolean {
    return !this.over && now < this.until && (!this.sent || this.there.size + this.flying < this.k);
  }

  /** The shard that goes next, and its index. */
  get due(): { index: number; shard: Uint8Array } {
    const index = this.next % maxShards;
    return { index, shard: this.shard(index) };
  }

  /** The shard that is due has left. */
  left(): void {
    this.flying++;
    do this.next++;
    while (this.sent && this.there.has(this.next % maxShards));
  }

  /** A piece with this shard arrived, or was lost. */
  settled(index: number, arrived: boolean): void {
    this.flying--;
    if (arrived) this.there.add(index);
  }

  /** A shard left once more, whatever index. */
  repeated(): void {
    this.flying++;
  }

  /** Whether the other side can put the frame together. */
  get whole(): boolean {
    return this.there.size >= this.k;
  }

  /** Ends it, and says how. */
  end(delivered: boolean): void {
    if (this.over) return;
    this.over = true;
    this.shards = undefined;
    this.out.done?.(delivered);
  }

  /** A shard that left or is due. */
  shard(index: number): Uint8Array {
    if (index >= this.k + this.block.m) {
      this.block = new Block(this.k, Math.min(index + some, maxShards) - this.k);
      this.shards = undefined;
    }
    this.shards ??= this.block.split(this.out.frame.payload);
    return this.shards[index];
  }
}
