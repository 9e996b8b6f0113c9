import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Class, type Frame } from "../frames/frame";
import { parsePiece } from "../frames/piece";
import { Receiver } from "../frames/receiver";
import { reportBytes } from "../frames/report";
import { Sender } from "../frames/sender";
import { frameOf } from "../frames/simulation.test-util";
import { type LineEvents, PictureLine } from "./line";
import type { FromLine, ToLine } from "./port";

let said: ToLine[];
let line: PictureLine;
const heard = vi.fn<LineEvents["heard"]>();
const events = {
  begin: vi.fn(),
  plan: vi.fn(),
  frame: vi.fn<(f: Frame) => void>(),
  keys: vi.fn(),
  told: vi.fn(),
  heard,
};
const port = { onmessage: null as unknown, postMessage: (m: ToLine) => said.push(m), close: vi.fn() };

function say(data: FromLine): void {
  (port.onmessage as (event: { data: FromLine }) => void)({ data });
}

const sent = () => said.filter((m) => m.type === "send");
const out = (i: number, done?: (delivered: boolean) => void) => ({
  frame: frameOf(i, 1000),
  class: Class.Main,
  deadline: 0,
  done,
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  said = [];
  line = new PictureLine(port as unknown as MessagePort, events);
  say({ type: "line", line: 1, fresh: true, publication: 77 });
  say({ type: "plan", plan: { rate: 1e6, piece: 1100, parity: 0 } });
});

afterEach(() => {
  line.close();
  vi.useRealTimers();
});

test("knows the line and its plan", () => {
  expect(events.begin).toHaveBeenCalledWith(true);
  expect(events.plan).toHaveBeenCalledWith({ rate: 1e6, piece: 1100, parity: 0 });
  expect([line.publication, line.rate]).toEqual([77, 1e6]);
  say({ type: "plan", plan: undefined });
  expect(line.rate).toBe(0);
});

test("sends as many pieces as the media worker has room for", async () => {
  for (let i = 0; i < 30; i++) line.push(out(i));
  await vi.advanceTimersByTimeAsync(500);
  expect(sent()).toHaveLength(8);
  say({ type: "taken", line: 1 });
  say({ type: "taken", line: 0 });
  await vi.advanceTimersByTimeAsync(100);
  expect(sent()).toHaveLength(9);
  expect(line.backlog()).toBeGreaterThan(20_000);
});

test("a new line begins with nothing of the old one", async () => {
  const done = vi.fn();
  line.push(out(0, done));
  await vi.advanceTimersByTimeAsync(50);
  say({ type: "line", line: 1, fresh: false, publication: 77 });
  expect(done).not.toHaveBeenCalled();
  say({ type: "line", line: 2, fresh: true, publication: 78 });
  expect(done.mock.calls).toEqual([[false]]);
  line.push(out(1));
  await vi.advanceTimersByTimeAsync(50);
  const [before, after] = sent();
  expect([before.line, after.line]).toEqual([1, 2]);
  expect(parsePiece(after.bytes)?.number).toBe(0);
});

test("frames come out whole, and reports go back until all is told", async () => {
  const relay = new Sender((bytes) => {
    say({ type: "came", bytes });
    return true;
  });
  relay.plan(1e6, 0, 1100);
  relay.push({ frame: frameOf(3, 5000), class: Class.Main, deadline: 0 }, 0);
  for (let i = 0; i < 40; i++) {
    await vi.advanceTimersByTimeAsync(5);
    relay.tick(performance.now());
    for (const { bytes } of sent().splice(0)) relay.report(bytes, performance.now());
  }
  expect(events.frame).toHaveBeenCalledOnce();
  expect(events.frame.mock.calls[0][0]).toEqual(frameOf(3, 5000));
  expect(relay.stats.delivered).toBe(1);
});

test("reports of the relay: what arrived, and the key frames that it wants", async () => {
  const done = vi.fn();
  const receiver = new Receiver();
  line.push(out(0, done));
  await vi.advanceTimersByTimeAsync(20);
  receiver.receive(sent()[0].bytes, performance.now());
  const report = receiver.report(performance.now()) as Uint8Array<ArrayBuffer>;
  report[8] = 0b10000;
  say({ type: "came", bytes: report });
  expect(done.mock.calls).toEqual([[true]]);
  expect(events.keys.mock.calls).toEqual([[[4]]]);
  const nothing = { highest: 0, arrival: 0, hold: 255, count: 0, keys: 1, bitmap: new Uint8Array(0) };
  say({ type: "came", bytes: reportBytes(nothing) });
  expect(events.keys).toHaveBeenLastCalledWith([8]);
  say({ type: "came", bytes: Uint8Array.of(0xf9) });
  say({ type: "came", bytes: new Uint8Array(0) });
});

test("who is told of a frame's end may push the next at once", async () => {
  const pushed: number[] = [];
  const next = (i: number): void => {
    pushed.push(i);
    if (i < 5) line.push({ ...out(i, () => next(i + 1)), deadline: 30 });
  };
  say({ type: "plan", plan: undefined });
  next(0);
  await vi.advanceTimersByTimeAsync(2000);
  expect(pushed).toEqual([0, 1, 2, 3, 4, 5]);
});

test("clocks count from this worker's beginning", () => {
  const epoch = performance.timeOrigin;
  say({ type: "clocks", own: [48_000, epoch + 100], heard: [[5, 960, epoch + 7]] });
  expect(line.own.time(110)).toBe(48_480);
  expect(line.own.time(100 - 1000 - 1)).toBe(2 ** 32 - 48);
  expect(heard).toHaveBeenLastCalledWith([[5, 960, 7]]);
  say({ type: "clocks", own: undefined, heard: [] });
  expect(line.own.time(100)).toBe(48_000);
});
