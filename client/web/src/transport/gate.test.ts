import { describe, expect, test } from "vitest";
import { Gate, type GateLine, RecentLoss } from "./gate";
import { Line } from "./line";

/** mulberry32: the same numbers with every run. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

interface Scene {
  loss: number; // each way
  rtt: number; // ms
  talks: (now: number) => boolean;
  dead?: (now: number) => boolean;
  seed?: number;
}

/** One end that sends 20 ms frames while it talks; the other reports as PROTOCOL.md asks it to. Returns when the gate closed and opened. */
function run(ms: number, { loss, rtt, talks, dead = () => false, seed = 1 }: Scene) {
  const lost = random(seed);
  const gate = new Gate(0);
  const line: GateLine = { rtt, lossUp: loss, lossDown: loss, heard: 1000 };
  const closed: number[] = [];
  const opened: number[] = [];
  const probes: number[] = [];
  const there: number[] = []; // when media arrives at the other side,
  const back: number[] = []; // and what it says here
  let [pending, reported, beat] = [false, 0, 0]; // the other side's: media to report on, last report, last datagram
  for (let now = 0; now < ms; now += 10) {
    while (back.length > 0 && back[0] <= now) {
      back.shift();
      if (gate.arrived(now)) opened.push(now);
    }
    const talking = now % 20 === 0 && talks(now) && gate.media(now);
    if (talking && !dead(now) && lost() >= loss) there.push(now + rtt / 2);
    for (; there.length > 0 && there[0] <= now; there.shift()) pending = true;
    const answers = pending && now - reported >= (loss < 0.02 ? 400 : 200);
    if (answers || now - beat >= 1000) {
      if (answers) [pending, reported] = [false, now];
      beat = now;
      if (!dead(now) && lost() >= loss) back.push(now + rtt / 2);
    }
    if (now % 50 !== 0) continue;
    const before = gate.closed;
    gate.check(line, now);
    if (gate.closed && !before) closed.push(now);
    if (gate.probe(now)) {
      probes.push(now);
      if (!dead(now) && lost() >= loss && lost() >= loss) back.push(now + rtt);
    }
  }
  return { closed, opened, probes };
}

const always = () => true;

describe("gate", () => {
  test.each([
    [0, 60, 1700],
    [0, 600, 2300],
    [0.1, 150, 1400],
    [0.3, 150, 2300],
    [0.5, 150, 3400],
  ])("closes on a dead line: loss %f, round trip %i ms, within %i ms", (loss, rtt, most) => {
    const { closed, probes } = run(40_000, { loss, rtt, talks: always, dead: (now) => now > 10_000 });
    expect(closed).toHaveLength(1);
    expect(closed[0] - 10_000).toBeGreaterThanOrEqual(400);
    expect(closed[0] - 10_000).toBeLessThanOrEqual(most);
    const often = probes.filter((at) => at - closed[0] <= 10_000);
    expect(often.length).toBe(101);
    const rarely = probes.filter((at) => at - closed[0] > 15_000);
    expect(rarely[1] - rarely[0]).toBe(300);
  });

  test("opens with the first sound of the line", () => {
    const { opened } = run(40_000, { loss: 0.3, rtt: 150, talks: always, dead: (now) => now > 10_000 && now < 30_000 });
    expect(opened).toHaveLength(1);
    expect(opened[0]).toBeLessThanOrEqual(31_000); // half of the probes, every 300 ms, are answered
  });

  test.each([0, 0.1, 0.3, 0.5])("takes no plain loss for an outage: loss %f", (loss) => {
    const { closed } = run(1_200_000, { loss, rtt: 150, talks: always });
    expect(closed.length).toBeLessThanOrEqual(loss < 0.5 ? 0 : 2); // 6,000 reports, each a silence with some chance
  });

  test.each([0, 0.3, 0.5])("takes no pause for an outage, and no word after it: loss %f", (loss) => {
    const talks = (now: number) => now % 9000 < 700;
    const { closed } = run(1_200_000, { loss, rtt: 600, talks });
    expect(closed.length).toBeLessThanOrEqual(loss < 0.5 ? 0 : 2);
  });

  test("stays open on a dead line while nothing is said: there is nothing to keep off it", () => {
    expect(run(60_000, { loss: 0, rtt: 60, talks: () => false, dead: () => true })).toMatchObject({
      closed: [],
      probes: [],
    });
  });
});

test("recent loss follows the line and forgets", () => {
  const recent = new RecentLoss();
  expect(recent.share(0, 0)).toBe(0);
  expect(recent.share(10, 50)).toBeCloseTo(0.2);
  let [lost, of] = [10, 50];
  for (let i = 0; i < 30; i++) {
    of += 20;
    recent.share(lost, of);
  }
  expect(recent.share(lost, of)).toBeLessThan(0.01);
  for (let i = 0; i < 30; i++) {
    of += 20;
    lost += 8;
    recent.share(lost, of);
  }
  expect(recent.share(lost, of)).toBeCloseTo(0.4, 1);
});

test("a line whose way is dead sends probes only, and goes on as soon as anything comes", () => {
  const sent: Uint8Array<ArrayBuffer>[][] = [[], []];
  const lines = sent.map((out) => new Line({ ready: true, send: (bytes) => out.push(bytes) }, 0));
  const under: { to: number; at: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  const voices: number[] = []; // when frames came
  const left: { at: number; size: number }[] = [];
  for (let now = 0; now < 20_000; now += 10) {
    for (const d of under.filter(({ at }) => at <= now)) {
      if (lines[d.to].receive(d.bytes, now).length > 0) voices.push(now);
    }
    under.splice(0, under.length, ...under.filter(({ at }) => at > now));
    const payload = new Uint8Array(60).fill(0x48);
    if (now % 20 === 0)
      lines[0].send([{ publication: 7, layer: 1, sequence: now / 20, time: now * 48, level: 20, payload }], now);
    if (now % 50 === 0) for (const line of lines) line.tick(now);
    for (const [from, out] of sent.entries()) {
      for (const bytes of out.splice(0)) {
        if (from === 0) left.push({ at: now, size: bytes.length });
        if (now < 5000 || now > 13_000) under.push({ to: 1 - from, at: now + 30, bytes });
      }
    }
  }
  const dead = left.filter(({ at }) => at > 7000 && at < 13_000);
  expect(dead.length).toBeGreaterThan(50);
  expect(Math.max(...dead.map(({ size }) => size))).toBeLessThan(20);
  expect(lines[0].gated).toBeGreaterThan(250);
  expect(voices.filter((at) => at > 5050)[0]).toBeLessThanOrEqual(13_250);
});
