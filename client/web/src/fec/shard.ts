// Single shards of a frame, for who sends few of them or does not know yet how many. The twin of Go's fec/shard.go.

import { inverse, multiplyAdd } from "./gf";

const frameLength = 2; // bytes before the frame

/** The shard of a frame with k data shards, data below k and parity from there to 254: one of those that a Block of any m makes. The frame has 1 to 65,535 bytes. */
export function shardOf(frame: Uint8Array, k: number, index: number): Uint8Array {
  const size = Math.ceil((frameLength + frame.length) / k);
  if (index < k) return cut(frame, size, index);
  const parity = new Uint8Array(size);
  for (let c = 0; c < k; c++) multiplyAdd(parity, 0, inverse(index ^ c), cut(frame, size, c));
  return parity;
}

function cut(frame: Uint8Array, size: number, index: number): Uint8Array {
  const from = index * size - frameLength;
  if (from >= 0 && from + size <= frame.length) return frame.subarray(from, from + size);
  const shard = new Uint8Array(size);
  for (let i = 0; i < size && from + i < 0; i++)
    shard[i] = (frame.length >> (from + i === -frameLength ? 8 : 0)) & 0xff;
  shard.set(frame.subarray(Math.max(from, 0), Math.max(from + size, 0)), Math.min(Math.max(-from, 0), size));
  return shard;
}
