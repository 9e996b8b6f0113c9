// Repair chunks on the wire, PROTOCOL.md section 5. The twin of Go's fec/chunk.go.

import { lengthSize, type Reader, type Writer } from "./bytes";

/** Bytes of a source block at most. */
export const maxBlock = 1100;

/** Repair chunks of a datagram at most. */
export const maxChunks = 7;

const copyBit = 0x80; // bits 6–0: offset − 1
const offsetBit = 0x40; // a byte with offset − 1 follows; without, the offset is 1

/** One repair chunk of the datagram s: it covers the symbols s − offset − span + 1 … s − offset. With span 1 data is the source block itself. */
export interface Chunk {
  offset: number; // 1 to 256, of a copy to 128
  span: number; // 1 to 64
  index: number; // 0 to 6: its place in the datagram
  data: Uint8Array;
}

/** Appends the wire form; only the last chunk of a datagram goes without its length. */
export function appendChunk(w: Writer, c: Chunk, last: boolean): void {
  if (c.span === 1) w.uint(1, copyBit | (c.offset - 1));
  else if (c.offset === 1) w.uint(1, c.span - 1);
  else w.uint(1, offsetBit | (c.span - 1)).uint(1, c.offset - 1);
  if (last) w.put(c.data);
  else w.part(c.data);
}

/** Bytes of the wire form, not as the last. */
export function chunkLength(c: Chunk): number {
  const size = c.data.length;
  return 1 + Number(c.span > 1 && c.offset > 1) + lengthSize(size) + size;
}

/** Reads the chunk that is number index of its datagram, the last to the end; undefined if it is malformed. Data shares the reader's memory. */
export function parseChunk(r: Reader, index: number, last: boolean): Chunk | undefined {
  const head = r.uint(1);
  let [offset, span] = [1, (head & 63) + 1];
  if (head & copyBit) {
    offset = (head & 127) + 1;
    span = 1;
  } else if (span === 1) {
    return undefined; // would be a second form of a copy
  } else if (head & offsetBit) {
    offset = r.uint(1) + 1;
    if (offset === 1) return undefined;
  }
  const data = last ? r.take(r.left) : r.part();
  const good = span === 1 ? data.length <= maxBlock : data.length >= 1 && data.length <= 2 + maxBlock;
  return good && !r.failed ? { offset, span, index, data } : undefined;
}
