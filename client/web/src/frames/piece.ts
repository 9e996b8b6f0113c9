// Pieces as bytes, PROTOCOL.md section 13. The twin of Go's transport/frames.

import { codecs, type Frame, isPicture, isStill, LAYER, maxFrame } from "./frame";

/** First byte of a piece. */
export const pieceByte = 0xf8;

/** Bytes of a piece before its shard. */
export const headSize = 22;

/** Bytes of a piece at most, */
export const maxPiece = 1100;

/** and of its longest form on the thinnest line, which all lines carry. */
export const leastPiece = 300;

/** Shards of a frame at most, data and parity. */
export const maxShards = 255;

const frameLength = 2; // bytes before a frame in its shards
const [keyMark, codecMark, reservedMark] = [0x80, 0x0f, 0x10];
const leastShard = 128; // bytes, of a frame that has several
const mostTemporal = 3;

/** What a piece says of its frame. */
export type Head = Omit<Frame, "payload">;

/** One piece. Its shard lies in the bytes that it was parsed from. */
export interface Piece {
  number: number; // 16 bit
  sent: number; // the sender's clock in 250 µs, 16 bit
  head: Head;
  k: number; // data shards, 1 to 255
  index: number; // of this shard; from k on it is parity
  shard: Uint8Array;
}

/** A clock in ms as pieces and reports tell it: 250 µs, 16 bit. */
export function stamp(now: number): number {
  return Math.floor(now * 4) & 0xffff;
}

/** Whether bytes are a piece, well formed or not. */
export function isPiece(bytes: Uint8Array): boolean {
  return bytes[0] === pieceByte;
}

/** Parses a piece; undefined if it is malformed. */
export function parsePiece(bytes: Uint8Array): Piece | undefined {
  if (!isPiece(bytes) || bytes.length <= headSize || bytes.length > maxPiece) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marks = bytes[18];
  const head: Head = {
    publication: view.getUint32(5),
    layer: bytes[9],
    sequence: view.getUint32(10),
    time: view.getUint32(14),
    key: (marks & keyMark) !== 0,
    temporal: (marks >> 5) & 3,
    codec: marks & codecMark,
    back: bytes[19],
  };
  const piece = { number: view.getUint16(1), sent: view.getUint16(3), head, k: bytes[20] + 1, index: bytes[21] };
  const shard = bytes.subarray(headSize);
  const good = (marks & reservedMark) === 0 && sensible(head) && fits(piece.k, piece.index, shard.length);
  return good ? { ...piece, shard } : undefined;
}

/** Whether a frame may say this of itself. */
export function sensible({ layer, key, temporal, codec, back }: Head): boolean {
  if (layer === LAYER.bulk) return !key && temporal === 0 && codec === 0 && back === 0;
  if (!isPicture(layer) || codec >= codecs.length) return false;
  return key ? temporal === 0 && back === 0 : temporal < mostTemporal && back > 0 && !isStill(layer);
}

/** Whether k shards of so many bytes can be those of a frame, and index one of its shards. */
function fits(k: number, index: number, size: number): boolean {
  const least = k === 1 ? frameLength + 1 : leastShard;
  return k <= maxShards && index < maxShards && size >= least && size <= Math.ceil((frameLength + maxFrame) / k);
}

/** The bytes of a piece. */
export function pieceBytes({ number, sent, head, k, index, shard }: Piece): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headSize + shard.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = pieceByte;
  view.setUint16(1, number);
  view.setUint16(3, sent);
  view.setUint32(5, head.publication);
  bytes[9] = head.layer;
  view.setUint32(10, head.sequence);
  view.setUint32(14, head.time);
  bytes[18] = (head.key ? keyMark : 0) | (head.temporal << 5) | head.codec;
  bytes[19] = head.back;
  bytes[20] = k - 1;
  bytes[21] = index;
  bytes.set(shard, headSize);
  return bytes;
}

/** How many data shards a frame of n bytes has when pieces have at most so many bytes. */
export function shardsOf(n: number, piece: number): number {
  const room = Math.min(Math.max(piece, leastPiece), maxPiece) - headSize;
  return Math.ceil((frameLength + n) / room);
}
