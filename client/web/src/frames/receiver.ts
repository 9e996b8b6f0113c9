// The receiving end of pieces: puts frames together and tells the other side what came. The twin of Go's transport/frames.

import { Block } from "../fec/block";
import { Arrivals } from "./arrivals";
import { type Frame, LAYER } from "./frame";
import { type Head, type Piece, parsePiece } from "./piece";

const mostFrames = 64; // incomplete ones,
const mostBytes = 2 << 20; // and theirs
const mostDone = 1024; // frames that are remembered, so that each comes out once

/** A frame of which pieces are missing. */
interface Assembly {
  head: Head;
  k: number;
  size: number; // bytes of a shard
  shards: (Uint8Array | undefined)[];
  there: number;
}

/** Frames out of pieces. Bounded whatever comes. Times are ms of one clock. */
export class Receiver {
  readonly stats = {
    pieces: 0, // well formed, each number once
    bytes: 0,
    frames: 0, // complete
    repaired: 0, // of these with parity
    givenUp: 0,
    refused: 0, // pieces: malformed, twice, or unlike others of their frame
  };

  latest = Number.NEGATIVE_INFINITY; // when the last piece came
  private readonly arrivals = new Arrivals();
  private readonly open = new Map<string, Assembly>(); // oldest first
  private readonly done = new Set<string>(); // oldest first
  private held = 0; // bytes of shards in open

  /** Takes a piece and keeps its bytes. Returns the frame that it completes: each once, in any order. */
  receive(bytes: Uint8Array, now: number): Frame | undefined {
    const piece = parsePiece(bytes);
    if (!piece || !this.arrivals.add(piece.number, now)) {
      this.stats.refused++;
      return undefined;
    }
    this.latest = now;
    this.stats.pieces++;
    this.stats.bytes += bytes.length;
    const frame = this.assemble(piece);
    if (frame) this.arrivals.whole(now);
    return frame;
  }

  /** The report that is due, if one is. Ask often, and after each piece. */
  report(now: number): Uint8Array<ArrayBuffer> | undefined {
    return this.arrivals.report(now);
  }

  private assemble(piece: Piece): Frame | undefined {
    const { head, index, shard } = piece;
    const key = `${head.publication} ${head.layer} ${head.sequence}`;
    if (this.done.has(key)) return undefined;
    const assembly = this.open.get(key) ?? this.begin(key, piece);
    if (!belongs(piece, assembly)) {
      this.stats.refused++;
      return undefined;
    }
    if (assembly.shards[index]) return undefined;
    assembly.shards[index] = shard;
    assembly.there++;
    this.held += shard.length;
    if (assembly.there < assembly.k) {
      this.bound();
      return undefined;
    }
    return this.finish(key, assembly);
  }

  private begin(key: string, { head, k, shard }: Piece): Assembly {
    const assembly: Assembly = { head, k, size: shard.length, shards: [], there: 0 };
    this.open.set(key, assembly);
    return assembly;
  }

  private finish(key: string, assembly: Assembly): Frame | undefined {
    this.close(key, assembly);
    this.done.add(key);
    for (const oldest of this.done) {
      if (this.done.size <= mostDone) break;
      this.done.delete(oldest);
    }
    const payload = join(assembly);
    if (!payload) {
      this.stats.givenUp++;
      return undefined;
    }
    this.stats.frames++;
    if (assembly.shards.length > assembly.k) this.stats.repaired++;
    return { ...assembly.head, payload };
  }

  private close(key: string, { there, size }: Assembly): void {
    this.open.delete(key);
    this.held -= there * size;
  }

  /** Gives frames up, the oldest first and chunks of files last. */
  private bound(): void {
    while (this.open.size > mostFrames || this.held > mostBytes) {
      const all = [...this.open];
      const [key, oldest] = all.find(([, { head }]) => head.layer !== LAYER.bulk) ?? all[0];
      this.close(key, oldest);
      this.stats.givenUp++;
    }
  }
}

/** Whether a piece says the same of its frame as the first one did. */
function belongs({ head, k, shard }: Piece, a: Assembly): boolean {
  const h = a.head;
  const same = head.time === h.time && head.key === h.key && head.temporal === h.temporal;
  return same && head.codec === h.codec && head.back === h.back && k === a.k && shard.length === a.size;
}

function join({ k, shards }: Assembly): Uint8Array | undefined {
  const block = new Block(k, Math.max(shards.length - k, 0)); // parity rows depend on k and index only
  return block.join(Array.from({ length: k + block.m }, (_, i) => shards[i]));
}
