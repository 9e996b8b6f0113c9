import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Frame } from "../../frames/frame";
import { Source } from "./source";
import { FakeDecoder, frameOf } from "./stage.test-util";

let shown: [text: string, layer: number][];
let paused: boolean[];
let keys: number[];
let failed: string[];
let heard: number | undefined;
let source: Source;

beforeEach(() => {
  vi.useFakeTimers();
  FakeDecoder.reset();
  shown = [];
  paused = [];
  keys = [];
  failed = [];
  heard = undefined;
  source = new Source((init) => new FakeDecoder(init), {
    picture: (frame, layer) => shown.push([(frame as unknown as { data: string }).data, layer]),
    paused: (is) => paused.push(is),
    key: (layer) => keys.push(layer),
    failed: (codec) => failed.push(codec),
    heard: () => heard,
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets time pass in steps of 5 ms. */
async function run(ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 5) {
    await vi.advanceTimersByTimeAsync(5);
    source.tick(performance.now());
  }
}

async function push(...frames: Frame[]): Promise<void> {
  for (const frame of frames) source.push(frame, performance.now());
  await run(10);
}

const key = (sequence: number, text: string, more: Partial<Frame> = {}) =>
  frameOf(sequence, text, { key: true, ...more });
const texts = () => shown.map(([text]) => text).join(" ");

test("shows frames in order, whatever order they come in, as long as they come in time", async () => {
  for (let i = 0; i < 40; i++) {
    source.push(i === 0 ? key(0, "0") : frameOf(i, `${i}`), performance.now());
    await run(i % 7 === 3 ? 80 : i % 7 === 4 ? 20 : 50); // some come 30 ms late
  }
  source.push(frameOf(41, "41"), performance.now());
  await run(5);
  source.push(frameOf(40, "40"), performance.now());
  await run(100);
  expect(texts()).toBe(Array.from({ length: 42 }, (_, i) => i).join(" "));
  expect(FakeDecoder.all).toHaveLength(1);
});

test("holds at the last good picture, asks for a key frame after a second, and goes on with it", async () => {
  await push(key(0, "a"), frameOf(1, "b"), frameOf(3, "never"));
  await run(900);
  expect(keys).toEqual([]);
  await run(300);
  expect(new Set(keys)).toEqual(new Set([4]));
  await push(frameOf(4, "never"), key(5, "c"), frameOf(6, "d"));
  await run(100);
  expect(texts()).toBe("a b c d");
});

test("a decoder that fails is made anew, and gets nothing before a key frame", async () => {
  await push(key(0, "a"));
  await run(50);
  await push(frameOf(1, "bad"));
  expect(failed).toEqual(["vp9"]);
  expect(keys).toContain(4);
  await run(50);
  await push(frameOf(2, "never"), frameOf(3, "never"));
  await run(200);
  await push(key(7, "b"));
  await run(200);
  expect(texts()).toBe("a b");
  expect(FakeDecoder.all.map(({ state }) => state)).toEqual(["closed", "configured"]);
});

test("a decoder that does not come along counts as failed", async () => {
  FakeDecoder.slow = true;
  for (let i = 0; i < 40; i++) await push(i === 0 ? key(0, "0") : frameOf(i, `${i}`));
  expect(failed).toHaveLength(1);
  expect(FakeDecoder.open).toBe(0);
});

test("another layer takes over at its key frame, and what comes late of the old one is not shown", async () => {
  await push(key(0, "a"));
  await run(50);
  await push(frameOf(2, "late", { time: 4000 })); // its predecessor is missing
  await push(key(70, "B", { layer: 5, time: 6000 }));
  await run(100);
  await push(key(2, "late", { time: 5000 }), frameOf(3, "late", { time: 7000 }));
  await push(frameOf(1, "late"), frameOf(71, "C", { layer: 5, time: 8400 }));
  await run(100);
  expect(shown).toEqual([
    ["a", 4],
    ["B", 5],
    ["C", 5],
  ]);
  await push(key(4, "d", { time: 10_000 }));
  await run(100);
  expect(shown.at(-1)).toEqual(["d", 4]);
  expect(FakeDecoder.all).toHaveLength(1);
  expect(FakeDecoder.all[0].configs).toHaveLength(3);
});

test("another codec: the old decoder's pictures come out until the new one has its first", async () => {
  FakeDecoder.slow = true;
  await push(key(0, "a"));
  await run(20);
  await push(key(1, "b", { codec: 2 }));
  await run(100);
  FakeDecoder.all[0].flush();
  FakeDecoder.all[1].flush();
  expect(texts()).toBe("a b");
  expect(FakeDecoder.all.map(({ state }) => state)).toEqual(["closed", "configured"]);
});

test("says paused when nothing new comes, once, and that it goes on", async () => {
  await push(key(0, "a"));
  await run(1400);
  expect(paused).toEqual([]);
  await run(300);
  expect(paused).toEqual([true]);
  await push(key(40, "b"));
  expect(paused).toEqual([true, false]);
});

test("stills may be far apart, and a screen that does not change sends none", async () => {
  await push(key(0, "a", { layer: 2 }));
  await run(20_000);
  await push(key(1, "b", { layer: 2, time: 960_000 }));
  await run(20_000);
  expect(paused).toEqual([]);
  await run(6000);
  expect(paused).toEqual([true]);
  await push(key(0, "s", { layer: 9, time: 5e6 }));
  await run(60_000);
  expect(paused).toEqual([true, false]);
  await push(frameOf(2, "never", { layer: 9, time: 6e6 }));
  await run(2000);
  expect(paused).toEqual([true, false, true]);
});

test("is stopped: nothing is decoded any more, its last picture stays", async () => {
  await push(key(0, "a"));
  source.stop();
  await run(500);
  expect(paused).toEqual([true]);
  expect(FakeDecoder.open).toBe(0);
  await push(key(9, "b"));
  expect(texts()).toBe("a b");
});

test("waits for the voice that is heard later", async () => {
  for (let i = 0; i < 120; i++) {
    heard = performance.now() + 250;
    await push(i === 0 ? key(0, "0") : frameOf(i, `${i}`));
    await run(40);
  }
  expect(shown.length).toBeLessThan(117);
  expect(shown.length).toBeGreaterThan(112);
});

test("what waits is bounded", async () => {
  await push(key(0, "0"));
  for (let i = 1; i < 500; i++) source.push(frameOf(i, `${i}`, { time: 2400 * 1000 + 2400 * i }), performance.now());
  expect(shown.length).toBeGreaterThan(400);
});
