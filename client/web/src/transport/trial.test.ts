import { expect, test } from "vitest";
import { Trial } from "./trial";

test("a trial has as many datagrams as its rate fills, each at its time", () => {
  const trial = new Trial({ id: 7, rate: 150_000, ms: 250 }, 1000);
  expect(trial.count).toBe(7);
  const sent: [number, Uint8Array][] = [];
  for (let now = 1000; now < 2000; now += 20) for (const d of trial.due(now)) sent.push([now, d]);
  expect(trial.over).toBe(true);
  expect(sent.map(([now]) => now - 1000)).toEqual([0, 40, 80, 120, 140, 180, 220]);
  for (const [i, [now, d]] of sent.entries()) {
    expect([...d.subarray(0, 5)]).toEqual([0xfc, 7, i, (4 * (now - 1000)) >> 8, (4 * (now - 1000)) & 0xff]);
    expect(d.length).toBe(600);
    expect(d.subarray(5).every((byte) => byte === 0)).toBe(true);
  }
});

test("what is asked for is bounded", () => {
  expect(new Trial({ id: 1, rate: 1e9, ms: 1e9 }, 0).count).toBe(255);
  expect(new Trial({ id: 1, rate: 0, ms: 0 }, 0).count).toBe(4);
  expect(new Trial({ id: 1, rate: -5, ms: -5 }, 0).due(0)).toHaveLength(1);
});
