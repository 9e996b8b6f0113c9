// GF(2^8) with polynomial 0x11D and the coefficients of PROTOCOL.md section 5. The twin of Go's fec/symbol.go.

import { lengthBytes, lengthSize } from "./bytes";

const products = new Uint8Array(65536);
const inverses = new Uint8Array(256);

fillTables();

function fillTables(): void {
  const exp = new Uint8Array(510);
  const log = new Uint8Array(256);
  for (let i = 0, x = 1; i < 255; i++) {
    exp[i] = exp[i + 255] = x;
    log[x] = i;
    x = x & 0x80 ? ((x << 1) ^ 0x11d) & 0xff : x << 1;
  }
  for (let a = 1; a < 256; a++) {
    inverses[a] = exp[255 - log[a]];
    for (let b = 1; b < 256; b++) products[(a << 8) | b] = exp[log[a] + log[b]];
  }
}

/** 1 / a; 0 for 0. */
export function inverse(a: number): number {
  return inverses[a];
}

/** out[at + i] ^= c · data[i]. out must reach that far. */
export function multiplyAdd(out: Uint8Array, at: number, c: number, data: ArrayLike<number>): void {
  const row = products.subarray(c << 8, (c << 8) + 256);
  for (let i = 0; i < data.length; i++) out[at + i] ^= row[data[i]];
}

/** data[i] = c · data[i]. */
export function scale(data: Uint8Array, c: number): void {
  const row = products.subarray(c << 8, (c << 8) + 256);
  for (let i = 0; i < data.length; i++) data[i] = row[data[i]];
}

/** c(s, index, t): what the symbol t counts for in the chunk index of the datagram s; never 0. */
export function coefficient(s: number, index: number, t: number): number {
  return inverses[((6 * s + index) % 192) ^ (192 | (t & 63))];
}

/** Bytes of a block's symbol without the zeros at its end; that of an empty block is all zeros. */
export function symbolSize(block: Uint8Array): number {
  return block.length && lengthSize(block.length) + block.length;
}

/** sum + c · symbol, where the symbol is that of a source block; sum itself, if it is long enough. */
export function addSymbol(sum: Uint8Array, c: number, block: Uint8Array): Uint8Array {
  if (block.length === 0) return sum;
  const out = lengthen(sum, symbolSize(block));
  multiplyAdd(out, 0, c, lengthBytes(block.length));
  multiplyAdd(out, lengthSize(block.length), c, block);
  return out;
}

/** a with at least n bytes; new ones are zero. */
export function lengthen(a: Uint8Array, n: number): Uint8Array {
  if (n <= a.length) return a;
  const out = new Uint8Array(n);
  out.set(a);
  return out;
}
