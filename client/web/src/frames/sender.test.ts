import { beforeEach, describe, expect, test, vi } from "vitest";
import { Class } from "./frame";
import { parsePiece } from "./piece";
import { frameOf, randomOf, World } from "./simulation.test-util";

let world: World;

beforeEach(() => {
  world = new World(50);
  world.sender.plan(400_000, 0, 1100);
});

const indexes = () => world.pieces.map(({ bytes }) => parsePiece(bytes)?.index);
const sequences = () => world.frames.map(({ frame }) => frame.sequence);

describe("pacing", () => {
  test("keeps the rate, headers counted", () => {
    for (let i = 0; i < 40; i++) world.sender.push({ frame: frameOf(i, 8000), class: Class.Main, deadline: 0 }, 0);
    world.run(4000);
    const bytes = world.pieces.reduce((sum, { bytes: { length } }) => sum + length + 55, 0);
    expect((8 * bytes) / 4).toBeGreaterThan(0.97 * 400_000);
    expect((8 * bytes) / 4).toBeLessThan(1.03 * 400_000);
    const bursts = world.pieces.map(({ at }) => world.pieces.filter((p) => p.at === at).length);
    expect(Math.max(...bursts)).toBeLessThanOrEqual(2);
  });

  test("sends nothing without a rate, nor what the path does not take", () => {
    world.sender.plan(0, 0, 1100);
    world.sender.push({ frame: frameOf(0, 500), class: Class.Main, deadline: 0 }, 0);
    world.run(1000);
    world.sender.plan(400_000, 0, 1100);
    world.taking = false;
    world.run(1000);
    expect(world.pieces).toHaveLength(0);
    world.taking = true;
    world.run(100);
    expect(indexes()).toEqual([0]);
    expect(sequences()).toEqual([0]);
  });

  test("fills up with repair of the last frame to the rate that the line is tried with, and no longer", () => {
    const kbps = (ms: number) => {
      const before = world.pieces.length;
      world.run(ms);
      return world.pieces.slice(before).reduce((sum, { bytes: { length } }) => sum + (8 * (length + 55)) / ms, 0);
    };
    world.sender.plan(400_000, 0, 1100, 300_000);
    expect(kbps(1000)).toBe(0); // there is nothing to repair
    world.sender.push({ frame: frameOf(0, 3000), class: Class.Side, deadline: 0 }, 0);
    expect(kbps(2000)).toBeGreaterThan(280);
    expect(kbps(2000)).toBeLessThan(310);
    expect(sequences()).toEqual([0]);
    world.sender.plan(400_000, 0, 1100);
    world.run(500);
    expect(kbps(1000)).toBe(0);
  });

  test("says when it wants to be called", () => {
    expect(world.sender.tick(0)).toBe(Number.POSITIVE_INFINITY);
    world.sender.push({ frame: frameOf(0, 8000), class: Class.Main, deadline: 0 }, 0);
    const next = world.sender.tick(0);
    expect(next).toBeGreaterThan(0);
    expect(next).toBeLessThan(50);
  });
});

describe("classes", () => {
  test("what is more urgent goes first, within the class what came first", () => {
    for (const [i, of] of [Class.Ahead, Class.Side, Class.Main, Class.Now, Class.Now].entries()) {
      world.sender.push({ frame: frameOf(i, 3000), class: of, deadline: 0 }, 0);
    }
    expect(world.sender.backlog()).toBe(15_000);
    expect(world.sender.backlog(Class.Now)).toBe(6000);
    world.run(1000);
    expect(sequences()).toEqual([3, 4, 2, 1, 0]);
    expect(world.sender.backlog()).toBe(0);
  });

  test("are bounded: old pictures give way to new ones, files are refused", () => {
    const done = vi.fn();
    for (let i = 0; i < 20; i++) {
      world.sender.push({ frame: frameOf(i, 60_000), class: Class.Main, deadline: 1000, done }, 0);
    }
    expect(done.mock.calls).toEqual([[false], [false], [false]]);
    const refused = vi.fn();
    for (let i = 0; i < 140; i++) {
      world.sender.push({ frame: frameOf(i, 60_000), class: Class.Ahead, deadline: 0, done: refused }, 0);
    }
    expect(refused).toHaveBeenCalledOnce();
    expect(world.sender.backlog()).toBeLessThanOrEqual((1 << 20) + (8 << 20));
  });

  test("what cannot be sent is given up at once", () => {
    const done = vi.fn();
    for (const frame of [
      frameOf(0, 0),
      frameOf(0, 65_536),
      frameOf(0, 9, { layer: 1 }),
      frameOf(0, 9, { back: 1 }),
      frameOf(0, 9, { layer: 2, key: false }),
    ]) {
      world.sender.push({ frame, class: Class.Main, deadline: 0, done }, 0);
    }
    expect(done.mock.calls).toEqual(Array(5).fill([false]));
    world.sender.push({ frame: frameOf(0, 65_535), class: Class.Main, deadline: 0, done }, 0);
    expect(done).toHaveBeenCalledTimes(5);
  });

  test("a layer may be dropped, and all at the end", () => {
    const [small, large] = [vi.fn(), vi.fn()];
    world.sender.push({ frame: frameOf(0, 3000), class: Class.Side, deadline: 0, done: small }, 0);
    world.sender.push({ frame: frameOf(1, 3000, { layer: 6 }), class: Class.Main, deadline: 0, done: large }, 0);
    world.sender.drop(5, 4);
    expect(small.mock.calls).toEqual([[false]]);
    world.sender.close();
    expect(large.mock.calls).toEqual([[false]]);
    expect(world.sender.backlog()).toBe(0);
  });
});

describe("losses", () => {
  test.each([0.1, 0.3, 0.5])("a file arrives whole at a loss of %f, and each chunk's end is told once", (loss) => {
    world.loss = loss;
    const done = vi.fn();
    for (let i = 0; i < 20; i++)
      world.sender.push({ frame: frameOf(i, 8192), class: Class.Ahead, deadline: 0, done }, 0);
    world.run(30_000);
    expect(sequences().sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(done.mock.calls).toEqual(Array(20).fill([true]));
    const needed = (20 * 8) / (1 - loss); // pieces
    expect(world.pieces.length).toBeLessThan(1.35 * needed);
    const sent = world.pieces.length;
    world.run(20_000);
    expect(world.pieces.length).toBe(sent);
  });

  test("without any, nothing is repeated, and reports are few", () => {
    for (let i = 0; i < 100; i++) {
      world.sender.push({ frame: frameOf(i, 1500), class: Class.Main, deadline: 500 }, world.now);
      world.run(50);
    }
    world.run(2000);
    expect(world.frames).toHaveLength(100);
    expect(world.pieces).toHaveLength(200);
    expect(world.sender.rtt).toBeGreaterThan(95);
    expect(world.sender.rtt).toBeLessThan(115);
    expect(world.reports).toBeLessThan(110);
    expect(world.sender.stats).toMatchObject({ delivered: 100, givenUp: 0, repairs: 0 });
  });

  test("one in the middle is repaired about a round trip later", () => {
    world.sender.push({ frame: frameOf(0, 6000), class: Class.Main, deadline: 0 }, 0);
    world.run(25);
    world.loss = 1;
    world.run(25);
    world.loss = 0;
    world.run(2000);
    expect(indexes().slice(-1)[0]).toBeGreaterThanOrEqual(6); // a shard that nobody had before
    expect(world.frames[0].at).toBeLessThan(350);
  });

  test("three later pieces tell at once that one is lost", () => {
    world.sender.plan(4_000_000, 0, 1100);
    world.sender.push({ frame: frameOf(0, 9000), class: Class.Main, deadline: 0 }, 0);
    world.run(500);
    const began = world.now;
    world.sender.push({ frame: frameOf(1, 60_000), class: Class.Main, deadline: 0 }, began);
    world.run(10);
    world.loss = 1;
    world.run(5);
    world.loss = 0;
    while (world.sender.stats.repairs === 0) world.run(5);
    expect(world.now - began).toBeLessThan(150);
  });

  test("a last piece that is lost is found by repeating it", () => {
    world.loss = 1;
    world.sender.push({ frame: frameOf(0, 500), class: Class.Now, deadline: 0 }, 0);
    world.run(100);
    world.loss = 0;
    world.run(600);
    expect(sequences()).toEqual([0]);
    expect(world.pieces).toHaveLength(2);
  });

  test("on a line that is dead little leaves, and it goes on when it lives", () => {
    world.loss = 1;
    for (let i = 0; i < 50; i++) world.sender.push({ frame: frameOf(i, 8192), class: Class.Ahead, deadline: 0 }, 0);
    world.run(2000);
    const sent = world.pieces.length;
    expect(sent).toBeLessThan(16); // what 250 ms carry, and what finds out
    world.run(30_000);
    expect(world.pieces.length - sent).toBeLessThan(15);
    world.loss = 0;
    world.run(20_000);
    expect(world.frames).toHaveLength(50);
  });

  test("after the deadline nothing of a frame is sent any more", () => {
    const done = vi.fn();
    world.loss = 1;
    world.sender.push({ frame: frameOf(0, 3000), class: Class.Main, deadline: 300, done }, 0);
    world.run(300);
    const sent = world.pieces.length;
    world.loss = 0;
    world.run(1000);
    expect(world.pieces.slice(sent)).toHaveLength(0);
    expect(done.mock.calls).toEqual([[false]]);
  });

  test("with parity a frame needs no repair", () => {
    world.sender.plan(400_000, 50, 1100);
    for (let i = 0; i < 10; i++) {
      world.sender.push({ frame: frameOf(i, 2000), class: Class.Main, deadline: 500 }, world.now);
      world.run(100);
    }
    expect(indexes().slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
    world.pieces = [];
    world.sender.plan(400_000, 20, 1100);
    world.sender.push({ frame: frameOf(19, 3000), class: Class.Main, deadline: 500 }, world.now);
    world.run(200);
    expect(indexes()).toEqual([0, 1, 2, 3]); // a key frame's is whole
    world.sender.plan(400_000, 50, 1100);
    const frame = { ...frameOf(20, 1000), key: false, back: 1 };
    world.pieces = [];
    for (let i = 0; i < 4; i++) world.sender.push({ frame, class: Class.Main, deadline: 500 }, world.now);
    world.run(200);
    expect(indexes()).toEqual([0, 0, 1, 0, 0, 1]); // every other one of them
  });

  test("reports that make no sense change nothing", () => {
    world.sender.push({ frame: frameOf(0, 6000), class: Class.Main, deadline: 0 }, 0);
    world.run(60);
    const random = randomOf(3);
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from({ length: Math.floor(45 * random()) }, () => 256 * random());
      if (i % 2) bytes.set([0xf9].slice(0, bytes.length));
      world.sender.report(bytes, world.now);
    }
    world.run(3000);
    expect(sequences()).toEqual([0]);
  });
});
