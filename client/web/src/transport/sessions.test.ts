import { describe, expect, test } from "vitest";
import type { Path } from "./line";
import { Paths } from "./paths";
import { Sessions } from "./sessions";

/** A second of a line: the share lost each way, datagrams each way, and the rest as in LineCounts. */
interface Second {
  up?: number;
  down?: number;
  n?: number;
  size?: number; // bytes of those that arrive on the way down
  rtt?: number;
  rate?: number;
  silence?: number;
  listens?: boolean;
}

/** How many sessions are wanted after each second. */
function drive(seconds: Second[], sessions = new Sessions()): number[] {
  const up = { sent: 0, lost: 0 };
  const down = { sent: 0, lost: 0, bytes: 0 };
  return seconds.map(({ n = 25, size = 250, rtt = 150, rate = 54_000, silence = 0, listens = false, ...lost }, i) => {
    for (const [way, share] of [
      [up, lost.up ?? 0],
      [down, lost.down ?? 0],
    ] as const) {
      way.sent += n;
      way.lost += share * n;
    }
    down.bytes += (1 - (lost.down ?? 0)) * n * size;
    sessions.report({ up, down, rtt, rate }, silence, 1000 * i);
    return sessions.want(listens, 1000 * i);
  });
}

const during = (n: number, second: Second) => Array.from({ length: n }, () => second);

describe("sessions", () => {
  test.each([
    [0, 1],
    [0.07, 1],
    [0.12, 2],
    [0.2, 3],
    [0.5, 3],
  ])("loss %f on the way up needs %i, known after some seconds", (up, sessions) => {
    const wanted = drive(during(10, { up }));
    expect(wanted.slice(0, 3)).toEqual([1, 1, 1]);
    expect(wanted.slice(5)).toEqual([sessions, sessions, sessions, sessions, sessions]);
    expect(Math.max(...drive(during(10, { up, listens: true })))).toBe(1);
  });

  test.each([
    [0.2, 1],
    [0.25, 3],
    [0.5, 3],
  ])("loss %f on the way down needs %i, also of one who listens", (down, sessions) => {
    expect(drive(during(10, { down, listens: true })).slice(5)).toEqual(Array(5).fill(sessions));
  });

  test("on the way down they are closed after 30 s of less than 12 %", () => {
    const wanted = drive([
      ...during(10, { down: 0.4 }),
      ...during(60, { down: 0.15 }),
      ...during(40, { down: 0.1 }),
      ...during(20, { down: 0.2 }),
    ]);
    expect(wanted.slice(10, 98)).toEqual(Array(88).fill(3));
    expect(wanted.slice(105)).toEqual(Array(25).fill(1));
  });

  test("a second of loss is not a lossy line, a bad stretch is one for a minute", () => {
    expect(Math.max(...drive([...during(10, {}), { up: 0.3 }, ...during(10, {})]))).toBe(1 + 1);
    const wanted = drive([...during(10, {}), ...during(10, { up: 0.3 }), ...during(80, {})]);
    expect(wanted[70]).toBe(3);
    expect(wanted[90]).toBe(1);
  });

  test("what overflows on a narrow line asks for none, and ends those that were asked for before that was seen", () => {
    const lossy = { up: 0.4, rtt: 600, rate: 16_000 };
    const spells = Array.from({ length: 5 }, () => [...during(2, { rtt: 310, rate: 16_000 }), ...during(25, lossy)]);
    expect(Math.max(...drive(spells.flat()))).toBe(1);
    const late = drive([...during(5, { rtt: 300 }), ...during(6, { up: 0.4, rtt: 600 }), ...during(9, lossy)]);
    expect(late[10]).toBe(3);
    expect(late.slice(13)).toEqual(Array(7).fill(1));
  });

  test("where hardly more arrives than the narrowest line carries nothing tells of random loss", () => {
    expect(Math.max(...drive(during(100, { down: 0.5, size: 190 })))).toBe(1); // 19 kbit/s
    expect(drive(during(10, { down: 0.5, size: 210 })).at(-1)).toBe(3);
  });

  test("neither a longer round trip alone nor a small rate alone is a queue", () => {
    expect(drive([...during(5, { rtt: 2 }), ...during(10, { up: 0.4, rtt: 150 })]).at(-1)).toBe(3);
    expect(drive(during(10, { up: 0.4, rate: 20_000 })).at(-1)).toBe(3);
    expect(drive([...during(5, { rtt: 2 }), ...during(60, { up: 0.4, rate: 20_000 })]).at(-1)).toBe(3); // a longer way
  });

  test("few datagrams tell nothing", () => {
    expect(drive(during(60, { up: 0.5, down: 0.5, n: 1 })).every((n) => n === 1)).toBe(true);
  });

  test("what an outage swallowed is no loss", () => {
    const out = Array.from({ length: 8 }, (_, i) => ({ n: 0, silence: 1000 * (i + 1) }));
    const back = [{ up: 1, n: 100 }, { up: 1, n: 50 }, ...during(20, {})];
    expect(drive([...during(10, {}), ...out, ...back]).every((n) => n === 1)).toBe(true);
  });

  test("on another kind of session it begins anew", () => {
    const sessions = new Sessions();
    expect(drive(during(10, { up: 1, down: 1 }), sessions).at(-1)).toBe(3);
    sessions.forget();
    expect(sessions.want(false, 10_000)).toBe(1);
  });

  test("counts that begin anew are another line's", () => {
    const sessions = new Sessions();
    const report = (sent: number, now: number) =>
      sessions.report({ up: { sent, lost: 0 }, down: { sent, lost: 0 }, rate: 0 }, 0, now);
    for (let i = 0; i < 10; i++) report(1000 + 25 * i, 1000 * i);
    for (let i = 0; i < 5; i++) report(25 * i, 10_000 + 1000 * i);
    expect(sessions.want(false, 15_000)).toBe(1);
  });
});

class FakePath implements Path {
  ready = true;
  sent: number[] = [];
  send(datagram: Uint8Array): void {
    this.sent.push(datagram[0]);
  }
}

describe("paths", () => {
  const all = (n: number) => Array.from({ length: n }, () => new FakePath());
  const sendAll = (paths: Paths, from: number, to: number) => {
    for (let i = from; i <= to; i++) paths.send(Uint8Array.of(i));
  };

  test("none is never ready and swallows what is sent", () => {
    const paths = new Paths();
    expect(paths.ready).toBe(false);
    sendAll(paths, 1, 2);
  });

  test("takes turns, and passes over those that are blocked", () => {
    const paths = new Paths();
    const [a, b, c] = all(3);
    for (const path of [c, b, a]) paths.add(path);
    sendAll(paths, 1, 4);
    expect([a.sent, b.sent, c.sent]).toEqual([[1, 4], [2], [3]]);
    b.ready = false;
    sendAll(paths, 5, 7);
    expect([a.sent, b.sent, c.sent]).toEqual([[1, 4, 6], [2], [3, 5, 7]]);
    a.ready = c.ready = false;
    expect(paths.ready).toBe(false);
    b.ready = true;
    expect(paths.ready).toBe(true);
  });

  test("a new one is next, once, and one that is gone gets nothing more", () => {
    const paths = new Paths();
    const [a, b, c] = all(3);
    paths.add(a);
    paths.add(b);
    sendAll(paths, 1, 1);
    expect(b.sent).toEqual([1]);
    paths.add(c);
    paths.add(c);
    sendAll(paths, 2, 2);
    expect(c.sent).toEqual([2]);
    paths.remove(c);
    paths.remove(c);
    sendAll(paths, 3, 6);
    expect([a.sent.length, b.sent.length, c.sent.length]).toEqual([2, 3, 1]);
    for (const path of [a, b]) paths.remove(path);
    expect(paths.ready).toBe(false);
    sendAll(paths, 7, 7);
  });
});
