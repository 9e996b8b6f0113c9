import { expect, test } from "vitest";
import { Order } from "./order";
import { frameOf, randomOf } from "./simulation.test-util";

const key = (sequence: number) => frameOf(sequence, 10);
const delta = (sequence: number, back = 1) => frameOf(sequence, 10, { key: false, back });

function pushed(order: Order, ...frames: ReturnType<typeof key>[]): number[] {
  return frames.flatMap((f) => order.push(f, 0)).map(({ sequence }) => sequence);
}

test("waits for what is needed, and gives nothing behind a later one", () => {
  const order = new Order();
  expect(pushed(order, delta(1), key(0))).toEqual([0, 1]);
  expect(pushed(order, delta(3), delta(4), delta(2))).toEqual([2, 3, 4]);
  expect(pushed(order, delta(3), delta(4), key(1))).toEqual([]);
});

test("upper temporal layers may be missing, and are not given late", () => {
  const order = new Order();
  expect(pushed(order, key(0), delta(2, 2), delta(1), delta(4, 2), delta(5))).toEqual([0, 2, 4, 5]);
});

test("a frame that never comes is waited for until a key frame makes it needless", () => {
  const order = new Order();
  expect(pushed(order, key(0), delta(2), delta(3))).toEqual([0]);
  expect(order.broken(900)).toBe(false);
  expect(order.broken(1100)).toBe(true);
  expect(pushed(order, key(5), delta(6), delta(4))).toEqual([5, 6]);
  expect(order.broken(1100)).toBe(false);
});

test("after a loss in the decoder only a key frame comes out", () => {
  const order = new Order();
  pushed(order, key(0), delta(1));
  order.lose();
  expect(pushed(order, delta(2), delta(3))).toEqual([]);
  expect(order.broken(0)).toBe(true);
  expect(pushed(order, key(4), delta(5))).toEqual([4, 5]);
});

test("holds so many at most", () => {
  const order = new Order();
  for (let i = 1; i <= 40; i++) expect(pushed(order, delta(i))).toEqual([]);
  expect(order.broken(0)).toBe(true);
  expect(pushed(order, key(0))).toEqual([0]); // those behind it were dropped,
  expect(pushed(order, delta(1))).toEqual([1]);
});

test("sequences wrap, and may begin anew with a key frame", () => {
  const order = new Order();
  expect(pushed(order, key(0xffffffff), delta(1), delta(0))).toEqual([0xffffffff, 0, 1]);
  expect(pushed(order, key(5000), key(0), delta(1))).toEqual([5000, 0, 1]);
});

test("whatever comes, only what can be decoded comes out, ascending", () => {
  const random = randomOf(11);
  const order = new Order();
  const out = new Set<number>();
  let last = -1;
  for (let i = 0; i < 20_000; i++) {
    const sequence = Math.max(0, Math.floor(i / 4 + 40 * random() - 20));
    const frame = random() < 0.05 ? key(sequence) : delta(sequence, 1 + Math.floor(4 * random()));
    for (const f of order.push(frame, i)) {
      expect(f.sequence).toBeGreaterThan(last);
      expect(f.key || out.has(f.sequence - f.back)).toBe(true);
      last = f.sequence;
      out.add(last);
    }
  }
  expect(out.size).toBeGreaterThan(100);
});
