import { expect, test } from "vitest";
import { Playout } from "./playout";

const every = 3200; // a 15th of a second at 48 kHz
const interval = every / 48;

/** Plays frames that are late by so many ms; returns how much each was held back beyond the fastest way. */
function play(
  late: (i: number) => number,
  n: number,
  heard?: (ms: number) => number | undefined,
  playout = new Playout(),
) {
  return Array.from({ length: n }, (_, i) => {
    const ms = i * interval;
    playout.add(i * every, 1000 + ms + late(i), heard?.(ms));
    return playout.due(i * every) - (1000 + ms);
  });
}

test("on an even line pictures are shown at once", () => {
  for (const held of play(() => 0, 100)) expect(held).toBeLessThan(6);
});

test("jitter is evened out, at once when it comes and given back when it goes", () => {
  const held = play((i) => (i >= 50 && i < 150 && i % 4 === 0 ? 60 : 0), 400);
  expect(held[45]).toBeLessThan(6);
  expect(held[80]).toBeGreaterThanOrEqual(60);
  expect(held[140]).toBeLessThanOrEqual(70);
  expect(held[399]).toBeLessThanOrEqual(10);
  for (let i = 1; i < 400; i++) expect(held[i - 1] - held[i]).toBeLessThan(3);
});

test("not more than 120 ms, however late", () => {
  expect(Math.max(...play((i) => (i % 2 ? 500 : 0), 200))).toBeLessThanOrEqual(121);
});

test("one late frame in a hundred is no reason to wait", () => {
  expect(play((i) => (i % 100 === 50 ? 300 : 0), 300)[299]).toBeLessThan(20);
});

test("a way that becomes longer is soon no lateness", () => {
  expect(play((i) => (i < 100 ? 0 : 400), 600)[599]).toBeLessThan(420);
});

test("with a voice that is heard later pictures wait for it, without a jump", () => {
  const held = play(
    () => 0,
    900,
    (ms) => (ms > 5000 && ms < 20_000 ? 1000 + ms + 300 : undefined),
  );
  expect(held[250]).toBeGreaterThan(255);
  expect(held[250]).toBeLessThan(310);
  expect(held[899]).toBeLessThan(50);
  for (let i = 1; i < held.length; i++) expect(Math.abs(held[i] - held[i - 1])).toBeLessThan(0.11 * interval + 1);
});

test("a voice whose clock makes no sense holds nothing back for long", () => {
  for (const heard of [1e9, -1e9, Number.NaN]) {
    const [last] = play(
      () => 0,
      300,
      () => heard,
    ).slice(-1);
    expect(last).toBeLessThanOrEqual(610);
  }
});

test("times wrap", () => {
  const playout = new Playout();
  playout.add(0xffffffff - 479, 1000);
  playout.add(0, 1010);
  expect(playout.due(0) - playout.due(0xffffffff - 479)).toBeCloseTo(10);
});
