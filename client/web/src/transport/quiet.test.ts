import { expect, test } from "vitest";
import { Line } from "./line";

/** Two ends of a line of 50 ms each way, and what each has said. */
function pair(agreed: boolean) {
  const wire: { at: number; to: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  let now = 0;
  const said = [0, 0];
  const lines = [0, 1].map((end) => {
    const send = (bytes: Uint8Array<ArrayBuffer>) => {
      said[end]++;
      wire.push({ at: now + 50, to: 1 - end, bytes: bytes.slice() });
    };
    const line = new Line({ ready: true, send }, 0);
    if (agreed) line.agree();
    return line;
  });
  const run = (until: number) => {
    for (; now < until; now += 25) {
      while (wire.length > 0 && wire[0].at <= now) {
        const { to, bytes } = wire.shift() as (typeof wire)[0];
        lines[to].receive(bytes, now);
      }
      for (const line of lines) line.tick(now);
    }
  };
  return { lines, said, run };
}

const frame = { publication: 7, layer: 1, sequence: 0, time: 0, level: 0x80, payload: new Uint8Array([0x48, 1, 2]) };

test("on a line on which nobody speaks little is said, if both ends know of it", () => {
  for (const agreed of [true, false]) {
    const { lines, said, run } = pair(agreed);
    run(60_000);
    const before = said[0] + said[1];
    run(120_000);
    const datagrams = said[0] + said[1] - before;
    if (agreed) expect(datagrams).toBeLessThan(60);
    else expect(datagrams).toBeGreaterThan(110);
    expect(lines[0].allowance(120_000) > 0).toBe(agreed);
  }
});

test("who speaks after a silence is not taken for cut off, and the line is quiet no more", () => {
  const { lines, run } = pair(true);
  run(64_900);
  lines[0].send([frame], 64_900);
  expect(lines[0].gated).toBe(0);
  expect(lines[0].allowance(64_900)).toBe(0);
  run(65_000);
  expect(lines[1].allowance(65_000)).toBe(0);
  for (let i = 1; i < 50; i++) {
    run(65_000 + 20 * i);
    lines[0].send([{ ...frame, sequence: i, time: 960 * i }], 65_000 + 20 * i);
  }
  expect(lines[0].gated).toBe(0);
});
