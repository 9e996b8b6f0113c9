import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Frame } from "../../frames/frame";
import type { PictureToRelay } from "../../transport/control";
import type { FromVideo } from "../messages";
import { Incoming } from "./incoming";
import { FakeDecoder, frameOf } from "./stage.test-util";

let posted: FromVideo[];
let told: PictureToRelay[];
let cannot: string[];
let incoming: Incoming;

beforeEach(() => {
  vi.useFakeTimers();
  FakeDecoder.reset();
  posted = [];
  told = [];
  cannot = [];
  incoming = new Incoming(
    { post: (message) => posted.push(message), tell: (m) => told.push(m), cannot: (codec) => cannot.push(codec) },
    (init) => new FakeDecoder(init),
  );
});

afterEach(() => {
  incoming.close();
  expect(FakeDecoder.open).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const of = <T extends FromVideo["type"]>(type: T) =>
  posted.filter((m): m is Extract<FromVideo, { type: T }> => m.type === type);
const key = (sequence: number, more: Partial<Frame> = {}) => frameOf(sequence, "x", { key: true, ...more });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function push(n: number, drawn = true): Promise<void> {
  for (let i = 0; i < n; i++) {
    incoming.push(i === 0 ? key(0) : frameOf(i, "x"));
    await pass(50);
    if (drawn) incoming.drawn(9, "camera");
  }
}

test("gives the page what it draws, and keeps from it what it does not", async () => {
  await push(10);
  expect(of("frame")).toHaveLength(10);
  expect(of("frame")[0]).toMatchObject({ publication: 9, source: "camera", layer: 4 });
  expect(FakeDecoder.pictures.every(({ close }) => close.mock.calls.length === 0)).toBe(true);
  posted = [];
  for (let i = 10; i < 20; i++) {
    incoming.push(frameOf(i, "x"));
    await pass(50);
  }
  expect(of("frame")).toHaveLength(2);
  expect(FakeDecoder.pictures.filter(({ close }) => close.mock.calls.length === 1)).toHaveLength(8);
  await pass(1000);
  incoming.push(frameOf(20, "x")); // what it said may be lost, so it is tried again
  await pass(10);
  expect(of("frame")).toHaveLength(3);
});

test("camera and screen of one publication are two sources", async () => {
  incoming.push(key(0));
  incoming.push(key(0, { layer: 9 }));
  await pass(50);
  expect(of("frame").map(({ source }) => source)).toEqual(["camera", "screen"]);
  expect(FakeDecoder.open).toBe(2);
});

test("has so many decoders at most: the one idle longest goes", async () => {
  for (let publication = 1; publication <= 30; publication++) {
    incoming.push(key(0, { publication }));
    await pass(10);
  }
  expect(FakeDecoder.open).toBe(8);
  expect(of("frame")).toHaveLength(30);
});

test("what the relay sends no more is paused, what is gone is closed", async () => {
  for (const publication of [1, 2, 3]) incoming.push(key(0, { publication }));
  await pass(50);
  incoming.pictures({
    type: "pictures",
    room: 0,
    of: [
      [1, 0, 4],
      [2, 0, 0],
      [3, 1, 9],
    ],
  });
  expect(FakeDecoder.open).toBe(1);
  expect(of("paused")).toEqual([{ type: "paused", publication: 2, source: "camera", paused: true }]);
});

test("asks for a key frame of a layer once a second at most", async () => {
  incoming.push(frameOf(5, "x"));
  await pass(5000);
  expect(told).toHaveLength(4);
  expect(told[0]).toEqual({ type: "key", publication: 9, layer: 4 });
});

test("a codec that fails again and again is told, one that fails once is not", async () => {
  for (let i = 0; i < 10; i++) {
    incoming.push(frameOf(2 * i, i % 2 ? "bad" : "x", { key: true, codec: 2 }));
    await pass(100);
    incoming.drawn(9, "camera");
  }
  expect(cannot).toEqual([]);
  for (let i = 20; i < 30; i++) {
    incoming.push(frameOf(2 * i, "bad", { key: true, codec: 2 }));
    await pass(100);
  }
  expect(cannot).toEqual(["av1"]);
});
