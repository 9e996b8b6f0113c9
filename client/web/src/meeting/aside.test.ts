import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromLine, ToLine } from "../video/port";
import { Aside, type Beside } from "./aside";

let said: FromLine[];
let sent: number[]; // first bytes
let free: boolean;
let media: { -readonly [K in keyof Beside]: Beside[K] };
let aside: Aside;
const tell = vi.fn();
const port = { onmessage: null as unknown, postMessage: (m: FromLine) => said.push(m), close: vi.fn() };
const plan = { voice: { lo: 0, hi: 0, frame: 20, protection: { window: 0, age: 0, gap: 0, rate: 0 } } };

function say(data: ToLine): void {
  (port.onmessage as (event: { data: ToLine }) => void)({ data });
}

const send = (byte: number, line = 1) => say({ type: "send", line, bytes: Uint8Array.of(byte) });
const of = <T extends FromLine["type"]>(type: T) =>
  said.filter((m): m is Extract<FromLine, { type: T }> => m.type === type);

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  sent = [];
  free = true;
  media = {
    line: { aside: (bytes) => free && sent.push(bytes[0]) > 0 },
    keeper: { tell },
    plan: { ...plan, video: { rate: 5 } },
    publication: 77,
    encoder: { clock: [960, 20] },
    player: { heard: () => [[5, 48_000, 1300]] },
  };
  aside = new Aside(port as unknown as MessagePort, media);
});

afterEach(() => {
  aside.close();
  vi.useRealTimers();
});

test("begins with what is known: the line, the clocks, the plan", () => {
  const epoch = performance.timeOrigin;
  expect(said).toEqual([
    { type: "line", line: 1, fresh: true, publication: 77 },
    { type: "clocks", own: [960, 20 + epoch], heard: [[5, 48_000, 1300 + epoch]] },
    { type: "plan", plan: { rate: 5 } },
  ]);
});

test("before the first welcome there is nothing to say", () => {
  said = [];
  media.plan = undefined;
  new Aside(port as unknown as MessagePort, media).close();
  expect(said).toEqual([]);
});

test("sends what comes while the line takes it, and says so", () => {
  for (const byte of [1, 2, 3]) send(byte);
  expect(sent).toEqual([1, 2, 3]);
  expect(of("taken")).toHaveLength(3);
});

test("keeps a few while voice waits, and after a blockade leaves the first place to voice", () => {
  free = false;
  for (let byte = 0; byte < 20; byte++) send(byte);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(30);
  free = true;
  aside.flush();
  expect(sent).toEqual([0]);
  vi.advanceTimersByTime(40);
  aside.flush();
  expect(sent).toEqual([0]);
  vi.advanceTimersByTime(20);
  aside.flush();
  expect(sent).toEqual([0, 1, 2, 3, 4, 5, 6, 7]); // as many as were promised to be taken
});

test("nothing of an old line goes on a new one", () => {
  free = false;
  send(1);
  aside.begin(false);
  free = true;
  aside.flush();
  expect(sent).toEqual([1]);
  aside.begin(true);
  send(2);
  send(3, 2);
  expect(sent).toEqual([1, 3]);
  expect(of("line").map(({ line, fresh }) => [line, fresh])).toEqual([
    [1, true],
    [1, false],
    [2, true],
  ]);
});

test("gives away what came, whole buffers without a copy", () => {
  const whole = Uint8Array.of(0xf8, 1);
  aside.came(whole);
  aside.came(Uint8Array.of(9, 0xf9, 2).subarray(1));
  expect(of("came").map(({ bytes }) => [...bytes])).toEqual([
    [0xf8, 1],
    [0xf9, 2],
  ]);
  expect(of("came")[0].bytes).toBe(whole);
  expect(of("came")[1].bytes.buffer.byteLength).toBe(2);
});

test("tells the relay, and what the relay tells", () => {
  say({ type: "tell", message: { type: "key", publication: 5, layer: 4 } });
  expect(tell).toHaveBeenCalledWith({ type: "key", publication: 5, layer: 4 });
  aside.told({ type: "stored", hash: "h" });
  expect(of("told")).toEqual([{ type: "told", message: { type: "stored", hash: "h" } }]);
  media.plan = plan;
  aside.obey();
  expect(of("plan").at(-1)).toEqual({ type: "plan", plan: undefined });
  vi.advanceTimersByTime(3000);
  expect(of("clocks")).toHaveLength(4);
});
