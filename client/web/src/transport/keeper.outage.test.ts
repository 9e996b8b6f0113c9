import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeSession, Page, pass } from "./keeper.test-util";
import type { Dial, Kind } from "./session";

// How a browser dials over a line that is dead for a while: a handshake under way tries again ever more seldom.
const rtt = 150; // ms
const quic = [0, 300, 900, 2100]; // ms at which a handshake sends,
const quicPatience = 4000; // ms until Chromium gives it up
const tcp = [0, 1000, 3000, 7000, 15_000, 31_000, 63_000]; // ms at which a SYN is sent
const connections = 6; // of fetch to one host; those of requests given up go on, and later requests wait for them
const death = 6800; // ms without progress after which Chromium closes a session

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** A line that is dead until a time, as three kinds of dials meet it. */
class DeadLine {
  until = 0;
  failures = 0; // and handshakes under way, as Chromium counts them
  private jobs: number[] = []; // connections of fetch: when they began

  constructor(private readonly page: Page) {}

  private open(kind: Kind): Dial {
    return async (to, events) => {
      const session = new FakeSession(this.page.relay, kind, to, events);
      this.page.relay.sessions.push(session);
      return session;
    };
  }

  /** Waits until one of these attempts gets through. */
  private async through(attempts: number[], patience: number, signal?: AbortSignal): Promise<boolean> {
    const began = performance.now();
    while (performance.now() - began < patience && !signal?.aborted) {
      const now = performance.now();
      if (attempts.some((at) => began + at >= this.until && began + at <= now)) return true;
      await wait(10);
    }
    return false;
  }

  readonly webtransport: Dial = async (to, events, signal) => {
    await wait(this.failures === 0 ? 0 : 10 * 2 ** (this.failures - 1));
    this.failures++;
    if (!(await this.through(quic, quicPatience))) throw new Error("Opening handshake failed.");
    this.failures--;
    await wait(2 * rtt);
    return this.open("webtransport")(to, events, signal);
  };

  readonly websocket: Dial = async (to, events, signal) => {
    if (!(await this.through(tcp, 127_000, signal))) throw new Error("no WebSocket");
    await wait(4 * rtt);
    if (signal.aborted) throw new Error("no WebSocket");
    return this.open("websocket")(to, events, signal);
  };

  readonly probe = async (): Promise<boolean> => {
    if (this.jobs.length < connections) this.jobs.push(performance.now());
    for (let t = 0; t < 3000; t += 10) {
      const now = performance.now();
      if (this.jobs.some((job) => tcp.some((at) => job + at >= this.until && job + at <= now))) {
        this.jobs = [];
        await wait(3 * rtt);
        return true;
      }
      await wait(10);
    }
    return false;
  };
}

/** ms from the end of an outage to the session on which the line goes on. */
async function recovery(outage: number, phase: number): Promise<number> {
  const page = new Page();
  const line = new DeadLine(page);
  Object.assign(page.world, { webtransport: line.webtransport, websocket: line.websocket, probe: line.probe });
  page.start();
  await pass(1000);
  await page.talk(2000);
  await pass(phase);
  line.until = performance.now() + outage;
  const lost = page.relay.open;
  await pass(Math.min(outage, death));
  if (outage > death) for (const session of lost) session.die();
  await pass(line.until - performance.now());
  const { length } = page.welcomes;
  while (page.welcomes.length === length && performance.now() < line.until + 10_000) await pass(10);
  const took = performance.now() - line.until;
  await page.talk(20_000);
  expect(page.keeper.transport).toBe("webtransport");
  expect(page.paths).toHaveLength(1);
  expect(line.failures).toBeLessThanOrEqual(6);
  await page.close();
  return took;
}

test.each([4, 6, 8, 10, 15, 30, 60])(
  "after an outage of %i s a session is there again within 1.2 s",
  async (seconds) => {
    for (const phase of [0, 130, 290, 410]) expect(await recovery(1000 * seconds, phase)).toBeLessThanOrEqual(1200);
  },
);
