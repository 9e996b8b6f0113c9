// The file of a report that is recorded beforehand (PROTOCOL.md section 13.6): "DCR1", then records in the order of time: kind, ms (32 bits), length (16 bits), body.

export const VOICE = 1; // body: level byte, one Opus packet of one frame
export const STILL = 2; // body: codec, key frame
export const PAGE = 3; //  body: JSON of a Turn

/** A report is at most so long, ms, */
export const mostMs = 60 * 60 * 1000;
/** and so large, bytes. */
export const mostBytes = 8 << 20;

const magic = "DCR1";
const head = 7; // bytes before a body

/** A moment of a report; ms since it began. */
export interface Moment {
  kind: number;
  ms: number;
  body: Uint8Array;
}

/** The page that is turned to: of a deck, by number from 1, with the hashes of its two qualities. */
export interface Turn {
  deck: string;
  page: number;
  lo: string;
  hi?: string;
}

/** The bytes that a record takes. */
export const sizeOf = ({ body }: Moment): number => head + body.length;

/** A body of a byte and what follows. */
export function joined(first: number, rest: Uint8Array): Uint8Array {
  const body = new Uint8Array(1 + rest.length);
  body[0] = first;
  body.set(rest, 1);
  return body;
}

/** The turning of a page. */
export const turned = (ms: number, turn: Turn): Moment => ({
  kind: PAGE,
  ms,
  body: new TextEncoder().encode(JSON.stringify(turn)),
});

/** The page of a moment of kind PAGE. */
export const turnOf = ({ body }: Moment): Turn => JSON.parse(new TextDecoder().decode(body));

/** Writes moments, which may come in any order: what is encoded longer comes later. */
export function write(moments: readonly Moment[]): Uint8Array<ArrayBuffer> {
  const sorted = [...moments].sort((a, b) => a.ms - b.ms);
  const file = new Uint8Array(sorted.reduce((sum, m) => sum + sizeOf(m), magic.length));
  new TextEncoder().encodeInto(magic, file);
  const view = new DataView(file.buffer);
  let at = magic.length;
  for (const { kind, ms, body } of sorted) {
    view.setUint8(at, kind);
    view.setUint32(at + 1, ms);
    view.setUint16(at + 5, body.length);
    file.set(body, at + head);
    at += head + body.length;
  }
  return file;
}

/** Reads a file of our own. */
export function read(file: ArrayBuffer): Moment[] {
  const moments: Moment[] = [];
  const view = new DataView(file);
  for (let at = magic.length; at + head <= file.byteLength; ) {
    const length = view.getUint16(at + 5);
    const body = new Uint8Array(file, at + head, length);
    moments.push({ kind: view.getUint8(at), ms: view.getUint32(at + 1), body });
    at += head + length;
  }
  return moments;
}
