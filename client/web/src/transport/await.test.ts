import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Awaiter } from "./await";
import type { FromRelay, ToRelay } from "./control";
import type { Dial, Kind, Session, SessionEvents } from "./session";

class Line implements Session {
  readonly ready = true;
  told: ToRelay[] = [];
  closed = false;

  constructor(
    readonly kind: Kind,
    readonly to: string,
    readonly events: SessionEvents,
  ) {}

  send(): void {}
  tell(message: ToRelay): void {
    this.told.push(message);
  }
  close(): void {
    this.closed = true;
  }
  say(message: FromRelay): void {
    this.events.message(message);
  }
}

let lines: Line[];
let fails: (kind: Kind) => boolean;
const events = { waits: vi.fn(), ring: vi.fn(), refused: vi.fn() };
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

const dial =
  (kind: Kind): Dial =>
  async (relay, heeds) => {
    if (fails(kind)) throw new Error("Opening handshake failed.");
    const line = new Line(kind, relay.url, heeds);
    lines.push(line);
    return line;
  };

async function wait(): Promise<Awaiter> {
  const awaiter = new Awaiter(
    {
      dials: [dial("webtransport"), dial("websocket")],
      relays: () => [{ url: "https://a/wt", hashes: [] }],
      hello: async () => ({ type: "await", protocol: 1, pass: "p", proof: "s", line: "l" }),
    },
    events,
  );
  await pass(10);
  return awaiter;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  lines = [];
  fails = () => false;
});
afterEach(() => vi.useRealTimers());

test("waits, hears a ring and answers it", async () => {
  const awaiter = await wait();
  expect(lines[0].told.map(({ type }) => type)).toEqual(["await"]);
  lines[0].say({ type: "awaiting" });
  expect(events.waits.mock.calls).toEqual([[true]]);
  const ring = { type: "ring", meeting: "abc-def-ghj", title: "Họp khẩn" } as const;
  lines[0].say(ring);
  expect(events.ring).toHaveBeenCalledExactlyOnceWith(ring);
  awaiter.answer("abc-def-ghj");
  expect(lines[0].told.at(-1)).toEqual({ type: "answer", meeting: "abc-def-ghj" });
  await pass(3_600_000);
  expect(lines).toHaveLength(1);
  expect(lines[0].told).toHaveLength(2); // nothing is said in an hour
  awaiter.close();
  expect(lines[0].closed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("where UDP is blocked a WebSocket waits, kept by beats, and is tried first the next time", async () => {
  fails = (kind) => kind === "webtransport";
  const awaiter = await wait();
  await pass(3000);
  expect(lines.map(({ kind }) => kind)).toEqual(["websocket"]);
  lines[0].say({ type: "awaiting" });
  await pass(160_000);
  expect(lines[0].told.filter(({ type }) => type === "beat")).toHaveLength(3);
  lines[0].events.closed();
  expect(events.waits.mock.lastCall).toEqual([false]);
  await pass(2500);
  expect(lines[1].kind).toBe("websocket");
  awaiter.close();
});

test("a relay that says nothing is left, ever more seldom, and at once when the network is back", async () => {
  const awaiter = await wait();
  await pass(600_000);
  const tries = lines.length;
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(20);
  awaiter.hurry();
  await pass(10);
  expect(lines).toHaveLength(tries + 1);
  awaiter.close();
});

test("a pass that is revoked ends it", async () => {
  await wait();
  lines[0].say({ type: "bye", code: "pass-revoked", vi: "v", en: "e" });
  expect(events.refused).toHaveBeenCalledOnce();
  await pass(120_000);
  expect(lines).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});
