// Repair chunks on the wire, PROTOCOL.md section 5. The twin of Go's fec/chunk.go.

import { type Reader, varintLength, type Writer } from "./bytes";

/** Bytes of a source block at most. */
export const maxBlock = 1100;

/** Repair chunks of a datagram at most. */
export const maxChunks = 3;

/** One repair chunk of the datagram s: it covers the symbols s − offset − span + 1 … s − offset. With span 1 data is the source block itself. */
export interface Chunk {
  offset: number; // 1 to 256
  span: number; // 1 to 64
  index: number; // 0 to 3
  data: Uint8Array;
}

/** Appends the wire form; only the last chunk of a datagram goes without its length. */
export function appendChunk(w: Writer, c: Chunk, last: boolean): void {
  w.uint(1, c.offset - 1).uint(1, (c.index << 6) | (c.span - 1));
  if (last) w.put(c.data);
  else w.block(c.data);
}

/** Bytes of the wire form, not as the last. */
export function chunkLength(c: Chunk): number {
  return 2 + varintLength(c.data.length) + c.data.length;
}

/** Reads one chunk, the last of a datagram to the end; undefined if it is malformed. Data shares the reader's memory. */
export function parseChunk(r: Reader, last: boolean): Chunk | undefined {
  const offset = r.uint(1) + 1;
  const second = r.uint(1);
  const c = { offset, span: (second & 63) + 1, index: second >> 6, data: last ? r.take(r.left) : r.block() };
  const size = c.data.length;
  const good = c.span === 1 ? size <= maxBlock : size >= 2 && size <= 2 + maxBlock;
  return good && !r.failed ? c : undefined;
}
