import { describe, expect, test } from "vitest";
import json from "../../../../fec/testdata/vectors.json";
import { lengthBytes, lengthSize, Reader, Writer } from "./bytes";
import { appendChunk, type Chunk, chunkLength, maxBlock, maxChunks, parseChunk } from "./chunk";
import { Decoder } from "./decoder";
import { Encoder, type Protection } from "./encoder";
import { coefficient } from "./gf";

interface WireChunk {
  wire: string;
  last: boolean;
  offset?: number;
  span?: number;
  index?: number;
  data?: string;
}

interface Sending {
  protect?: Protection;
  reports?: { highest: number; bitmap: string }[];
  seq: number;
  block: string;
  room: number;
  chunks: string[];
  owes: boolean;
}

const vectors = json as Omit<typeof json, "chunks" | "malformed" | "datagrams"> & {
  chunks: WireChunk[];
  malformed: WireChunk[];
  datagrams: Sending[];
};

const unhex = (s: string) => Uint8Array.from(Buffer.from(s, "hex"));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");

function wire(c: Chunk, last: boolean): string {
  const w = new Writer();
  appendChunk(w, c, last);
  return hex(w.done());
}

describe("golden vectors", () => {
  test("coefficients", () => {
    for (const [s, index, t, c] of vectors.coefficients) expect(coefficient(s, index, t)).toBe(c);
  });

  test("chunks", () => {
    for (const v of vectors.chunks) {
      const index = v.index ?? 0;
      const c = parseChunk(new Reader(unhex(v.wire)), index, v.last) as Chunk;
      expect({ ...c, data: hex(c.data) }).toEqual({ offset: v.offset, span: v.span, index, data: v.data ?? "" });
      expect(wire(c, v.last)).toBe(v.wire);
      if (!v.last) expect(chunkLength(c)).toBe(v.wire.length / 2);
    }
    for (const v of vectors.malformed) {
      if ((v.index ?? 0) >= maxChunks) continue; // no datagram has as many
      expect(parseChunk(new Reader(unhex(v.wire)), 0, v.last), v.wire).toBeUndefined();
    }
  });

  test("lengths", () => {
    for (const { wire, length } of vectors.lengths) {
      const r = new Reader(unhex(wire));
      const n = r.length();
      expect(r.failed ? -1 : n, wire).toBe(length);
      if (length < 0) continue;
      expect(hex(Uint8Array.from(lengthBytes(length)))).toBe(wire);
      expect(lengthSize(length)).toBe(wire.length / 2);
    }
  });

  test("encoder", () => {
    const e = new Encoder();
    for (const d of vectors.datagrams) {
      if (d.protect) e.protect(d.protect);
      for (const { highest, bitmap } of d.reports ?? []) e.report(highest, unhex(bitmap));
      e.source(d.seq, unhex(d.block));
      expect(e.repairs(d.room).map((c) => wire(c, false))).toEqual(d.chunks);
      expect(e.owes).toBe(d.owes);
    }
  });

  test("decoder", () => {
    let recovered: { seq: number; block: string }[] = [];
    const d = new Decoder((seq, block) => recovered.push({ seq, block: hex(block) }));
    for (const a of vectors.arrivals) {
      const sent = vectors.datagrams[a.datagram];
      recovered = [];
      expect(d.source(sent.seq, unhex(sent.block))).toBe(a.new);
      sent.chunks.forEach((w, i) => {
        d.repair(sent.seq, parseChunk(new Reader(unhex(w)), i, false) as Chunk);
      });
      expect(recovered).toEqual(a.recovered);
      expect(d.here(sent.seq)).toBe(true);
    }
    expect(d.stats).toEqual(vectors.stats);
  });
});

/** A small generator with a seed (xorshift32), 0 up to n − 1. */
function random(seed: number): (n: number) => number {
  let x = seed;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

describe("a line", () => {
  test("that loses a tenth loses nothing with reports, copies and windows, over the wrap-around", () => {
    const next = random(7);
    const e = new Encoder();
    e.protect({ window: 12, age: 6, gap: 4, rate: 0 });
    const sent = new Map<number, string>();
    let back = 0;
    const d = new Decoder((seq, block) => {
      expect(hex(block)).toBe(sent.get(seq));
      back++;
    });
    let lost = 0;
    for (let i = 0; i < 3000; i++) {
      const seq = (65000 + i) & 0xffff;
      const block = Uint8Array.from({ length: next(80) }, () => next(256));
      sent.set(seq, hex(block));
      e.source(seq, block);
      const chunks = e.repairs(100);
      if (next(10) === 0 && i < 2990) {
        lost++;
        continue;
      }
      d.source(seq, block);
      for (const c of chunks) d.repair(seq, c);
      if (i % 3 === 0)
        e.report(
          seq,
          Uint8Array.from({ length: 8 }, (_, n) => bits(d, seq - 1 - 8 * n)),
        );
    }
    expect(lost).toBeGreaterThan(200);
    expect(back).toBeGreaterThan(lost * 0.99);
    expect(d.stats.bad).toBe(0);
  });

  test("whose reports say what cannot be goes on", () => {
    const next = random(12);
    const e = new Encoder();
    e.protect({ window: 20, age: 3, gap: 2, rate: 0 });
    for (let i = 0; i < 2000; i++) {
      e.report(
        next(65536),
        Uint8Array.from({ length: next(17) }, () => next(256)),
      );
      e.report(
        (i - next(30)) & 0xffff,
        Uint8Array.from({ length: 8 }, () => next(256)),
      );
      const block = Uint8Array.of(i, i >> 8);
      e.source(i, block);
      let room = next(60);
      for (const c of e.repairs(room)) {
        room -= chunkLength(c);
        if (c.span === 1) expect(Array.from(c.data)).toEqual([(i - c.offset) & 255, (i - c.offset) >> 8]);
        expect(c.offset + c.span).toBeLessThanOrEqual(21);
      }
      expect(room).toBeGreaterThanOrEqual(0);
    }
  });
});

/** One byte of a report's bitmap: whether seq, seq − 1, … seq − 7 are here. */
function bits(d: Decoder, seq: number): number {
  let byte = 0;
  for (let i = 0; i < 8; i++) if (d.here((seq - i) & 0xffff)) byte |= 1 << i;
  return byte;
}

describe("decoder", () => {
  test("survives nonsense", () => {
    const next = random(99);
    const d = new Decoder((_, block) => expect(block.length).toBeLessThanOrEqual(maxBlock));
    for (let i = 0; i < 20000; i++) {
      const seq = next(8) ? (i + next(300)) & 0xffff : next(65536);
      if (next(2)) d.source(seq, new Uint8Array(next(20)));
      const bytes = Uint8Array.from({ length: next(30) }, () => next(256));
      const c = parseChunk(new Reader(bytes), next(maxChunks), true);
      if (c) d.repair(seq, c);
    }
    expect(d.stats.bad).toBeGreaterThan(100);
  });

  test("forgets what is too old", () => {
    const d = new Decoder(() => {});
    expect(d.here(0)).toBe(false);
    expect(d.source(0, unhex("aa"))).toBe(true);
    expect(d.source(191, unhex("aa"))).toBe(true);
    expect(d.here(0)).toBe(true);
    expect(d.source(192, unhex(""))).toBe(true);
    expect(d.here(0)).toBe(false);
    expect(d.source(0, unhex("aa"))).toBe(false);
  });
});

describe("reader and writer", () => {
  test("lengths of every size", () => {
    for (let n = 0; n < 16384; n += 1 + (n >> 6)) {
      const r = new Reader(Uint8Array.from(lengthBytes(n)));
      expect(r.length()).toBe(n);
      expect([r.left, r.failed]).toEqual([0, false]);
    }
    const cut = new Reader(unhex("c0"));
    cut.length();
    expect(cut.failed).toBe(true);
  });

  test("varints of a control stream", () => {
    expect(hex(new Writer().varint(63).varint(64).varint(16383).varint(16384).done())).toBe("3f40407fff80004000");
    expect(hex(new Writer().block(unhex("0102")).done())).toBe("020102");
  });

  test("grows", () => {
    const w = new Writer();
    for (let i = 0; i < 100; i++) w.part(new Uint8Array(200).fill(i));
    const r = new Reader(w.done());
    for (let i = 0; i < 100; i++) expect(r.part()[199]).toBe(i);
    expect(r.left).toBe(0);
  });
});
