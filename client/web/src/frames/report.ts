// Reports of pieces as bytes, PROTOCOL.md section 13. The twin of Go's transport/frames.

/** First byte of a report. */
export const reportByte = 0xf9;

/** Bytes of its bitmap at most. */
export const maxBitmap = 32;

const headSize = 10;
const maxHold = 255; // ms

/** What one end tells the other of the pieces that it got. */
export interface Report {
  highest: number; // number of a piece, 16 bit
  arrival: number; // of highest, the reporter's clock in 250 µs, 16 bit
  hold: number; // ms since then; 255: 255 or more
  count: number; // pieces that came in all, 16 bit of the count
  keys: number; // bit i: a key frame is wanted, of the layer that keyLayers has there
  bitmap: Uint8Array; // bit i, lowest first: highest − 1 − i came
}

/** The layers of the bits of keys: a camera's by their own number, a screen's in the first two. */
const keyLayers = [8, 9, 2, 3, 4, 5, 6];

/** The layers of which key frames are wanted. */
export function keysOf(report: Report): number[] {
  return keyLayers.filter((_, i) => (report.keys >> i) & 1);
}

/** Whether bytes are a report, well formed or not. */
export function isReport(bytes: Uint8Array): boolean {
  return bytes[0] === reportByte;
}

/** Parses a report; undefined if it is malformed. The bitmap lies in the bytes. */
export function parseReport(bytes: Uint8Array): Report | undefined {
  if (!isReport(bytes) || bytes.length < headSize) return undefined;
  const n = bytes[9];
  if (n > maxBitmap || bytes.length !== headSize + n) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [highest, arrival, count] = [view.getUint16(1), view.getUint16(3), view.getUint16(6)];
  return { highest, arrival, hold: bytes[5], count, keys: bytes[8], bitmap: bytes.subarray(headSize) };
}

/** The bytes of a report. */
export function reportBytes({ highest, arrival, hold, count, keys, bitmap }: Report): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headSize + bitmap.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = reportByte;
  view.setUint16(1, highest);
  view.setUint16(3, arrival);
  bytes[5] = Math.min(Math.floor(hold), maxHold);
  view.setUint16(6, count);
  bytes[8] = keys;
  bytes[9] = bitmap.length;
  bytes.set(bitmap, headSize);
  return bytes;
}
