import { describe, expect, test } from "vitest";
import vectors from "../../../../fec/testdata/vectors.json";
import { Reader, Writer } from "./bytes";
import { appendChunk, type Chunk, maxBlock, parseChunk } from "./chunk";
import { Decoder } from "./decoder";
import { Encoder } from "./encoder";
import { coefficient } from "./gf";

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
      const c = parseChunk(new Reader(unhex(v.wire)), v.last) as Chunk;
      expect({ ...c, data: hex(c.data) }).toEqual({
        offset: v.offset,
        span: v.span,
        index: "index" in v ? v.index : 0,
        data: "data" in v ? v.data : "",
      });
      expect(wire(c, v.last)).toBe(v.wire);
    }
    for (const v of vectors.malformed) expect(parseChunk(new Reader(unhex(v.wire)), v.last), v.wire).toBeUndefined();
  });

  test("encoder", () => {
    const e = new Encoder();
    for (const d of vectors.datagrams) {
      if ("protect" in d && d.protect) e.protect(d.protect);
      e.source(d.seq, unhex(d.block));
      expect(e.repairs(d.room).map((c) => wire(c, false))).toEqual(d.chunks);
    }
  });

  test("decoder", () => {
    let recovered: { seq: number; block: string }[] = [];
    const d = new Decoder((seq, block) => recovered.push({ seq, block: hex(block) }));
    for (const a of vectors.arrivals) {
      const sent = vectors.datagrams[a.datagram];
      recovered = [];
      expect(d.source(sent.seq, unhex(sent.block))).toBe(a.new);
      for (const w of sent.chunks) d.repair(sent.seq, parseChunk(new Reader(unhex(w)), false) as Chunk);
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

describe("decoder", () => {
  test("brings back all of a line that loses every tenth, and nothing wrong, over the wrap-around", () => {
    const next = random(7);
    const e = new Encoder();
    e.protect({ window: 12, repairs: 16, offset: 0 });
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
      const chunks = e.repairs(1000);
      if (next(10) === 0 && i < 2990) {
        lost++;
        continue;
      }
      d.source(seq, block);
      for (const c of chunks) d.repair(seq, c);
    }
    expect(lost).toBeGreaterThan(200);
    expect(back).toBeGreaterThan(lost * 0.99);
  });

  test("survives nonsense", () => {
    const next = random(99);
    const d = new Decoder((_, block) => expect(block.length).toBeLessThanOrEqual(maxBlock));
    for (let i = 0; i < 20000; i++) {
      const seq = next(8) ? (i + next(300)) & 0xffff : next(65536);
      if (next(2)) d.source(seq, new Uint8Array(next(20)));
      const bytes = Uint8Array.from({ length: next(30) }, () => next(256));
      const c = parseChunk(new Reader(bytes), true);
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
  test("varint", () => {
    for (const v of [0, 63, 64, 16383, 16384, 65536, 2 ** 30 - 1]) {
      const r = new Reader(new Writer().varint(v).done());
      expect(r.varint()).toBe(v);
      expect([r.left, r.failed]).toEqual([0, false]);
    }
    const long = new Reader(unhex("c000000100000000"));
    expect(long.varint()).toBe(2 ** 32);
    const cut = new Reader(unhex("4000").subarray(0, 1));
    cut.varint();
    expect(cut.failed).toBe(true);
  });

  test("grows", () => {
    const w = new Writer();
    for (let i = 0; i < 100; i++) w.block(new Uint8Array(77).fill(i));
    const r = new Reader(w.done());
    for (let i = 0; i < 100; i++) expect(r.block()[76]).toBe(i);
    expect(r.left).toBe(0);
  });
});
