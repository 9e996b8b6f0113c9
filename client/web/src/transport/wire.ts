// Hops 3 and 10 of a packet's way: hop datagrams as bytes, PROTOCOL.md sections 2 to 4. The twin of Go's transport/datagram.go,
// entry.go and feedback.go.

import type { ReceivedFrame } from "../codec/frame";
import { appendChunk, type Chunk, lengthBytes, lengthSize, parseChunk, Reader, Writer } from "../fec";

/** Bytes of a hop datagram at most. */
export const maxDatagram = 1100;

/** Bytes that IPv4, UDP, QUIC and WebTransport add to a hop datagram. */
export const overhead = 55;

/** Capture times that are multiples of this fit the short form. */
export const timeGrid = 960;

const maxPayload = 400;
const maxFrames = 6;
const maxEqual = 3; // frames of one length that an entry's head can count
const maxLayer = 1;

const feedbackFlag = 0x01;
const promptFlag = 0x10;
const reservedFlags = 0xe0;
const lastEntry = 0x08; // of its block: its last frame goes without a length
const fullEntry = 0x04;

/** One encoded frame with its publication: what PROTOCOL.md calls an object. */
export type Frame = ReceivedFrame;

/** What one end of a line tells the other of the datagrams that it got, section 4. */
export interface Feedback {
  highest: number;
  arrival: number; // of highest, the reporter's clock in 250 µs, 16 bit
  hold: number; // ms, 255: 255 or more
  lost: number; // 8 bit of the count
  runs: number; // 8 bit of the count
  bitmap: Uint8Array; // bit i: highest − 1 − i is here
}

/** A hop datagram. Its slices lie in the bytes that it was parsed from. */
export interface Datagram {
  hop: number;
  prompt: boolean; // the sender wants a report on every datagram
  feedback?: Feedback;
  source: Uint8Array;
  chunks: Chunk[];
}

/** A voice entry of a source block: frames in a row of one layer. In the short form sequence and time are 8 bits of them. */
export interface Entry {
  alias: number;
  full: boolean;
  publication: number;
  layer: number;
  sequence: number;
  time: number;
  frames: { level: number; payload: Uint8Array }[];
}

/** Parses a datagram; undefined if it is malformed. Does not look into the source block. */
export function parseDatagram(bytes: Uint8Array): Datagram | undefined {
  if (bytes.length > maxDatagram) return undefined;
  const r = new Reader(bytes);
  const flags = r.uint(1);
  const hop = r.uint(2);
  if (flags & reservedFlags) return undefined;
  const feedback = flags & feedbackFlag ? readFeedback(r) : undefined;
  const count = (flags >> 1) & 7;
  const source = count > 0 ? r.part() : r.take(r.left);
  const chunks: Chunk[] = [];
  for (let i = 0; i < count && !r.failed; i++) {
    const c = parseChunk(r, i, i === count - 1);
    if (!c) return undefined;
    chunks.push(c);
  }
  return r.failed ? undefined : { hop, prompt: (flags & promptFlag) !== 0, feedback, source, chunks };
}

function readFeedback(r: Reader): Feedback {
  const [highest, arrival] = [r.uint(2), r.uint(2)];
  const [hold, lost, runs, size] = [r.uint(1), r.uint(1), r.uint(1), r.uint(1)];
  if (size > 16) r.failed = true;
  return { highest, arrival, hold, lost, runs, bitmap: r.take(size) };
}

/** The bytes of a datagram. */
export function datagramBytes(d: Datagram): Uint8Array<ArrayBuffer> {
  const w = new Writer();
  const { feedback: f, chunks } = d;
  w.uint(1, (chunks.length << 1) | (d.prompt ? promptFlag : 0) | (f ? feedbackFlag : 0)).uint(2, d.hop);
  if (f) {
    w.uint(2, f.highest).uint(2, f.arrival);
    w.uint(1, f.hold).uint(1, f.lost).uint(1, f.runs).uint(1, f.bitmap.length).put(f.bitmap);
  }
  if (chunks.length === 0) return w.put(d.source).done();
  w.part(d.source);
  chunks.forEach((c, i) => {
    appendChunk(w, c, i === chunks.length - 1);
  });
  return w.done();
}

/** The bytes that a datagram has without its chunks. */
export function bareSize(source: Uint8Array, f: Feedback | undefined): number {
  return 3 + lengthSize(source.length) + source.length + (f ? 8 + f.bitmap.length : 0);
}

/** The entries of a source block; what is malformed ends them, and then whole is false. */
export function parseEntries(block: Uint8Array): { entries: Entry[]; whole: boolean } {
  const r = new Reader(block);
  const entries: Entry[] = [];
  while (r.left > 0) {
    const e = readEntry(r);
    if (!e) return { entries, whole: false };
    entries.push(e);
  }
  return { entries, whole: true };
}

function readEntry(r: Reader): Entry | undefined {
  const head = r.uint(1);
  const full = (head & fullEntry) !== 0;
  const e: Entry = {
    alias: head >> 4,
    full,
    publication: full ? r.uint(4) : 0,
    layer: full ? r.uint(1) : 0,
    sequence: r.uint(full ? 4 : 1),
    time: r.uint(full ? 4 : 1),
    frames: [],
  };
  const last = (head & lastEntry) !== 0;
  const equal = (head & 3) < maxEqual;
  const count = equal ? (head & 3) + 1 : r.uint(1);
  if (e.layer > maxLayer || count < 1 || count > maxFrames) return undefined;
  // Of frames of one length the length comes once, or where the block ends with them not at all.
  const common = last ? r.left / count - 1 : equal ? r.length() : 0;
  for (let i = 0; i < count; i++) {
    const size = equal ? common : last && i === count - 1 ? r.left - 1 : r.length();
    if (r.failed || !(size >= 1 && size <= maxPayload && Number.isInteger(size))) return undefined;
    e.frames.push({ level: r.uint(1), payload: r.take(size) });
  }
  return r.failed || last !== (r.left === 0) ? undefined : e;
}

/** Appends frames, one to six in a row of one layer, as one entry; last: nothing follows in the block. */
export function writeEntry(w: Writer, alias: number, full: boolean, last: boolean, frames: Frame[]): void {
  const [first] = frames;
  const size = first.payload.length;
  const equal = frames.length <= maxEqual && frames.every((f) => f.payload.length === size);
  const head = (alias << 4) | (last ? lastEntry : 0) | (full ? fullEntry : 0);
  w.uint(1, head | (equal ? frames.length - 1 : maxEqual));
  if (full) w.uint(4, first.publication).uint(1, first.layer).uint(4, first.sequence).uint(4, first.time);
  else w.uint(1, first.sequence).uint(1, Math.floor(first.time / timeGrid));
  if (!equal) w.uint(1, frames.length);
  else if (!last) w.put(lengthBytes(size));
  frames.forEach((f, i) => {
    if (!equal && !(last && i === frames.length - 1)) w.put(lengthBytes(f.payload.length));
    w.uint(1, f.level).put(f.payload);
  });
}

/** Cuts frames into runs that fit one entry each: of one layer, each right after the one before. */
export function runsOf(frames: Frame[], samples: (payload: Uint8Array) => number): Frame[][] {
  const runs: Frame[][] = [];
  for (const f of frames) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const follows =
      last &&
      f.publication === last.publication &&
      f.layer === last.layer &&
      f.sequence === (last.sequence + 1) >>> 0 &&
      f.time === (last.time + samples(last.payload)) >>> 0;
    if (run && follows && run.length < maxFrames) run.push(f);
    else runs.push([f]);
  }
  return runs;
}

/** The number nearest to near whose low 16 bits are v. */
export function unwrap16(near: number, v: number): number {
  return near + (((v - near) << 16) >> 16);
}

/** The number nearest to near, modulo 2^32, whose low 8 bits are v. */
export function unwrap8(near: number, v: number): number {
  return (near + (((v - near) << 24) >> 24)) >>> 0;
}
