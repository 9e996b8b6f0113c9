import { describe, expect, test } from "vitest";
import vectors from "../../../../fec/testdata/block.json";
import { Block } from "./block";

const unhex = (s: string) => Uint8Array.from(Buffer.from(s, "hex"));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");

describe("golden vectors", () => {
  test.each(vectors)("RS($k, $m)", ({ k, m, frame, shards }) => {
    const block = new Block(k, m);
    expect(block.split(unhex(frame)).map(hex)).toEqual(shards);
    const all = shards.map(unhex);
    for (let from = 0; from <= k; from++) {
      const left = all.map((s, i) => (i >= from && i < from + m ? undefined : s)); // m in a row
      expect(hex(block.join(left) as Uint8Array)).toBe(frame);
    }
  });
});

describe("block", () => {
  test("every erasure pattern of small blocks: any k shards give the frame back, fewer do not", () => {
    for (let k = 1; k <= 4; k++) {
      for (let m = 0; m <= 4; m++) {
        const block = new Block(k, m);
        for (const n of [1, 2, k, 7, 20 * k - 2, 20 * k - 1]) {
          const frame = Uint8Array.from({ length: n }, (_, i) => 7 * i + k + m);
          const shards = block.split(frame);
          for (let pattern = 0; pattern < 1 << (k + m); pattern++) {
            const left = shards.map((s, i) => ((pattern >> i) & 1 ? undefined : s));
            const enough = left.filter((s) => s).length >= k;
            expect(block.join(left)).toEqual(enough ? frame : undefined);
          }
        }
      }
    }
  });

  test("has limits", () => {
    for (const [k, m] of [
      [0, 1],
      [1, -1],
      [200, 56],
      [Number.NaN, 1],
    ]) {
      expect(() => new Block(k, m)).toThrow(RangeError);
    }
    const block = new Block(3, 2);
    expect(() => block.split(new Uint8Array(0))).toThrow(RangeError);
    expect(() => block.split(new Uint8Array(65536))).toThrow(RangeError);
    const largest = new Uint8Array(65535).fill(5);
    const [, b, c, d] = block.split(largest);
    expect(block.join([undefined, b, c, d, undefined])).toEqual(largest);
  });

  test("shards that do not belong together give nothing", () => {
    const block = new Block(3, 2);
    const [a, b, c] = block.split(new TextEncoder().encode("0123456789"));
    const ones = (s: string) => unhex(s);
    for (const shards of [
      [a, b, c, undefined],
      [a, b.subarray(1), c, undefined, undefined],
      [ones("00000000"), ones("00000000"), ones("00000000"), undefined, undefined], // empty
      [ones("000b0101"), b, c, undefined, undefined], // longer than the shards
      [ones("00060101"), ones("01010101"), ones("00000000"), undefined, undefined], // shorter
      [ones("00090101"), ones("01010101"), ones("01010101"), undefined, undefined], // something behind
      [new Uint8Array(30000), new Uint8Array(30000), new Uint8Array(30000), undefined, undefined],
      [],
    ]) {
      expect(block.join(shards)).toBeUndefined();
    }
  });

  test("made-up shards give a frame of their length or nothing", () => {
    let x = 1;
    const next = (n: number) => {
      x = (Math.imul(x, 1103515245) + 12345) >>> 0;
      return (x >>> 8) % n;
    };
    for (let i = 0; i < 5000; i++) {
      const block = new Block(1 + next(6), next(4));
      const size = next(5);
      const shards = Array.from({ length: block.k + block.m }, () =>
        next(4) ? Uint8Array.from({ length: size }, () => next(3) * next(8)) : undefined,
      );
      const frame = block.join(shards);
      if (frame) expect(block.shardSize(frame.length)).toBe(size);
    }
  });
});
