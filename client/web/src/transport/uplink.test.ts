import { describe, expect, test } from "vitest";
import type { Path } from "./line";
import { Paths } from "./paths";
import { Uplink } from "./uplink";

/** So many seconds of a line with this loss, a report each second of so many datagrams. */
function drive(seconds: { loss: number; rate?: number; silence?: number }[]): number[] {
  const uplink = new Uplink();
  const totals = { reported: 0, lost: 0 };
  return seconds.map(({ loss, rate = 25, silence = 0 }, i) => {
    totals.reported += rate;
    totals.lost += loss * rate;
    uplink.report(totals, silence, 1000 * i);
    return uplink.want(1000 * i);
  });
}

const seconds = (n: number, loss: number, rate = 25) => Array.from({ length: n }, () => ({ loss, rate }));

describe("uplink", () => {
  test.each([
    [0, 1],
    [0.07, 1],
    [0.12, 2],
    [0.2, 3],
    [0.5, 3],
  ])("loss %f needs %i sessions, known after some seconds", (loss, sessions) => {
    const wanted = drive(seconds(10, loss));
    expect(wanted.slice(0, 3)).toEqual([1, 1, 1]);
    expect(wanted.slice(5)).toEqual([sessions, sessions, sessions, sessions, sessions]);
  });

  test("a second of loss is not a lossy line, a bad stretch is one for a minute", () => {
    expect(Math.max(...drive([...seconds(10, 0), { loss: 0.3 }, ...seconds(10, 0)]))).toBe(1 + 1);
    const wanted = drive([...seconds(10, 0), ...seconds(10, 0.3), ...seconds(80, 0)]);
    expect(wanted[70]).toBe(3);
    expect(wanted[90]).toBe(1);
  });

  test("few datagrams tell nothing", () => {
    expect(drive(seconds(60, 0.5, 1)).every((n) => n === 1)).toBe(true);
  });

  test("what an outage swallowed is no loss", () => {
    const out = Array.from({ length: 8 }, (_, i) => ({ loss: 0, rate: 0, silence: 1000 * (i + 1) }));
    const back = [{ loss: 1, rate: 100 }, { loss: 1, rate: 50 }, ...seconds(20, 0)];
    expect(drive([...seconds(10, 0), ...out, ...back]).every((n) => n === 1)).toBe(true);
  });

  test("counts that begin anew are another line's", () => {
    const uplink = new Uplink();
    for (let i = 0; i < 10; i++) uplink.report({ reported: 1000 + 25 * i, lost: 0 }, 0, 1000 * i);
    for (let i = 0; i < 5; i++) uplink.report({ reported: 25 * i, lost: 0 }, 0, 10_000 + 1000 * i);
    expect(uplink.want(15_000)).toBe(1);
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
