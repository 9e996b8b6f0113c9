import { expect, test } from "vitest";
import { shardOf } from "../fec/shard";
import { type Piece, pieceBytes } from "./piece";
import { Receiver } from "./receiver";
import { parseReport } from "./report";
import { frameOf, randomOf } from "./simulation.test-util";

const { payload, ...head } = frameOf(9, 3000);
const pieceOf = (more: Partial<Piece> = {}) => {
  const index = more.index ?? 0;
  return pieceBytes({ number: index, sent: 0, head, k: 3, index, shard: shardOf(payload, 3, index), ...more });
};

test("gives each frame once, from any of its shards", () => {
  const receiver = new Receiver();
  const out = [4, 1, 6, 0, 2, 3].map((index) => receiver.receive(pieceOf({ index }), 0));
  expect(out.map((f) => f?.sequence)).toEqual([undefined, undefined, 9, undefined, undefined, undefined]);
  expect(out[2]?.payload).toEqual(payload);
  expect(receiver.stats).toMatchObject({ pieces: 6, frames: 1, repaired: 1, refused: 0 });
});

test("takes a number once, and no shard for another", () => {
  const receiver = new Receiver();
  receiver.receive(pieceOf({ number: 1 }), 0);
  receiver.receive(pieceOf({ number: 1, index: 1 }), 0);
  receiver.receive(pieceOf({ number: 2 }), 0);
  receiver.receive(pieceOf({ number: 3 }), 0);
  expect(receiver.stats).toMatchObject({ pieces: 3, refused: 1, frames: 0 });
});

test("refuses pieces that say otherwise than the first of their frame", () => {
  const receiver = new Receiver();
  receiver.receive(pieceOf(), 0);
  const others: Partial<Piece>[] = [
    { k: 4 },
    { shard: new Uint8Array(500) },
    { head: { ...head, time: 1 } },
    { head: { ...head, codec: 2 } },
    { head: { ...head, key: false, back: 1 } },
  ];
  for (const [i, other] of others.entries()) receiver.receive(pieceOf({ index: 1, number: 10 + i, ...other }), 0);
  expect(receiver.stats.refused).toBe(others.length);
  receiver.receive(pieceOf({ index: 1, number: 20 }), 0);
  expect(receiver.receive(pieceOf({ index: 2, number: 21 }), 0)?.payload).toEqual(payload);
});

test("is bounded: the oldest incomplete frames are given up, chunks of files last", () => {
  const receiver = new Receiver();
  const of = (sequence: number, index: number, number: number, layer = 4) =>
    receiver.receive(
      pieceOf({
        number,
        index,
        head: { ...head, sequence, layer, ...(layer === 15 && { key: false, codec: 0 }) },
      }),
      0,
    );
  of(1000, 0, 0, 15);
  for (let i = 0; i < 70; i++) of(i, 0, 1 + i);
  expect(receiver.stats.givenUp).toBe(7);
  of(1000, 1, 90, 15);
  expect(of(1000, 2, 91, 15)?.layer).toBe(15);
  of(69, 1, 92);
  expect(of(69, 2, 93)?.sequence).toBe(69);
});

test("is bounded in bytes, too", () => {
  const receiver = new Receiver();
  const shard = new Uint8Array(258);
  let number = 0;
  for (let i = 0; i < 60; i++) {
    for (let index = 0; index < 250; index++) {
      receiver.receive(pieceOf({ number: number++ & 0xffff, index, k: 255, shard, head: { ...head, sequence: i } }), 0);
    }
  }
  expect(receiver.stats.givenUp).toBeGreaterThan(20);
  expect(receiver.stats.frames).toBe(0);
});

test("shards that give no frame give none", () => {
  const receiver = new Receiver();
  expect(receiver.receive(pieceOf({ k: 1, shard: Uint8Array.of(0, 9, 1) }), 0)).toBeUndefined();
  expect(receiver.stats).toMatchObject({ givenUp: 1, frames: 0 });
});

test("random bytes do no harm", () => {
  const receiver = new Receiver();
  const random = randomOf(7);
  for (let i = 0; i < 20_000; i++) {
    const good = pieceOf({ number: i & 0xffff, index: i % 5, head: { ...head, sequence: i >> 3 } });
    const bytes = i % 3 ? good : Uint8Array.from({ length: 1200 * random() }, () => 256 * random());
    for (let n = 3 * random(); n >= 1; n--) bytes[Math.floor(bytes.length * random())] = 256 * random();
    if (bytes.length) bytes[0] = 0xf8;
    receiver.receive(bytes, i);
    const report = receiver.report(i);
    if (report && !parseReport(report)) throw new Error("a report that is none");
  }
  expect(receiver.stats.refused).toBeGreaterThan(3000);
  expect(receiver.stats.frames).toBeGreaterThan(100);
});

test("reports what came and what did not, until nobody can want to know", () => {
  const receiver = new Receiver();
  expect(receiver.report(0)).toBeUndefined();
  const of = (number: number, now: number) =>
    receiver.receive(pieceOf({ number, head: { ...head, sequence: number } }), now);
  of(0, 1000);
  expect(parseReport(receiver.report(1010) as Uint8Array)).toMatchObject({
    highest: 0,
    arrival: 4000,
    hold: 10,
    count: 1,
  });
  of(1, 1020);
  expect(receiver.report(1050)).toBeUndefined(); // one piece is no hurry,
  of(3, 1055);
  const told = parseReport(receiver.report(1060) as Uint8Array); // a gap is
  expect(told).toMatchObject({ highest: 3, count: 3 });
  expect((told?.bitmap[0] ?? 0) & 7).toBe(0b110);
  const later = [1100, 1170, 1200, 1280, 1400, 1600, 3000].map((now) => receiver.report(now) !== undefined);
  expect(later).toEqual([false, true, false, true, true, false, false]);
});

test("numbers wrap, and what is far too old counts for nothing", () => {
  const receiver = new Receiver();
  for (const number of [65_530, 65_535, 2, 3]) {
    receiver.receive(pieceOf({ number, head: { ...head, sequence: number } }), 0);
  }
  const report = parseReport(receiver.report(500) as Uint8Array);
  expect(report).toMatchObject({ highest: 3, count: 4 });
  expect(report?.bitmap[0]).toBe(0b1001);
  expect(report?.bitmap[1]).toBe(0b1);
  receiver.receive(pieceOf({ number: 40_000 }), 0);
  expect(receiver.stats.refused).toBe(1);
});
