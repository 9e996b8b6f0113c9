import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ToRelay } from "./control";
import { type FakeRelay, type FakeSession, Page, pass, welcome } from "./keeper.test-util";

let page: Page;
let relay: FakeRelay;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  page = new Page();
  ({ relay } = page);
});

afterEach(async () => {
  await page.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Joins, on a line that loses so much on the way up, and waits until there are so many sessions. */
async function joined(loss = 0, wish: Parameters<Page["start"]>[0] = {}): Promise<void> {
  page.start(wish);
  await pass(100);
  if (loss > 0) await page.talk(8000, loss);
}

const attaching: ToRelay = { type: "attach", protocol: 1, line: "line 0" };
const control: ToRelay = { ...attaching, control: true };

/** The sessions that a page uses. */
const inUse = (): FakeSession[] => relay.open;

describe("a lossy way up", () => {
  test.each([
    [0, 1],
    [0.06, 1],
    [0.12, 2],
    [0.3, 3],
  ])("loss %f is met with %i sessions", async (loss, sessions) => {
    await joined(loss);
    expect(inUse()).toHaveLength(sessions);
    expect(relay.dials).toHaveLength(sessions);
    for (const session of inUse().slice(1)) expect(session.told).toEqual([attaching]);
    const before = inUse().map(({ sent }) => sent);
    await page.talk(600, loss);
    for (const [i, session] of inUse().entries()) expect(session.sent - before[i]).toBe(30 / sessions);
    expect(page.welcomes).toHaveLength(1);
    expect(page.states).toEqual(["connecting", "joined"]);
  });

  test("a listener needs one session", async () => {
    await joined(0.3, { listen: true });
    expect(relay.dials).toHaveLength(1);
  });

  test("a lossy way down is met with three, also by who listens", async () => {
    await joined(0, { listen: true });
    await page.talk(8000, 0, 0.3);
    expect(inUse()).toHaveLength(3);
    await page.talk(45_000, 0, 0.05);
    expect(inUse()).toEqual([relay.control]);
    expect(relay.dials).toHaveLength(3);
  });

  test("attempts over a narrow line leave each handshake its time", async () => {
    await joined();
    page.line.rate = 24_000;
    await page.talk(8000, 0.3);
    const [, second, third] = relay.times("webtransport");
    expect(third - second).toBeGreaterThanOrEqual(1228);
    expect(inUse()).toHaveLength(3);
  });

  test("a narrow line with a queue keeps one", async () => {
    await joined();
    page.line.rate = 20_000;
    await page.talk(3000);
    page.line.rtt = 600;
    await page.talk(30_000, 0.3);
    expect(relay.dials).toHaveLength(1);
  });

  test("a datagram that takes three long round trips does not block", async () => {
    await joined();
    page.line.rtt = 700;
    await page.talk(1500);
    relay.last.ready = false;
    await page.talk(1900);
    expect(relay.dials).toHaveLength(1);
    await page.talk(500);
    expect(relay.dials).toHaveLength(2);
  });

  test("attempts are 400 to 700 ms apart", async () => {
    relay.handshake.webtransport = 1500;
    page.start();
    await pass(3000);
    const first = relay.dials.length;
    await page.talk(8000, 0.3);
    const times = relay.times("webtransport").slice(first);
    expect(times.length).toBeGreaterThanOrEqual(2);
    for (let i = 1; i < times.length; i++) {
      expect(times[i] - times[i - 1]).toBeGreaterThanOrEqual(400);
      expect(times[i] - times[i - 1]).toBeLessThanOrEqual(800); // to the next tick
    }
    expect(inUse()).toHaveLength(3);
  });

  test("when the line has been clean for a minute one session is enough", async () => {
    await joined(0.3);
    await page.talk(55_000);
    expect(inUse()).toHaveLength(3);
    await page.talk(20_000);
    expect(inUse()).toEqual([relay.control]);
    expect(relay.dials).toHaveLength(3);
  });

  test("what is under way to a session that is closed is still heard", async () => {
    await joined(0.3);
    const sessions = inUse();
    await page.talk(59_000);
    const gone = sessions.slice(1);
    await page.talk(10_000);
    expect(gone.map(({ ends }) => ends)).toEqual([1, 1]);
    const sent = gone.map((s) => s.sent);
    await page.talk(1000);
    expect(gone.map((s) => s.sent)).toEqual(sent);
  });

  test("a blocked session is passed over, replaced, and closed", async () => {
    await joined(0.12);
    const [first, second] = inUse();
    second.ready = false;
    const before = first.sent;
    await page.talk(600, 0.12);
    expect(first.sent - before).toBe(30);
    expect(relay.dials).toHaveLength(2);
    await page.talk(2500, 0.12);
    expect(second.ends).toBe(1);
    expect(inUse()).toHaveLength(2);
    expect(relay.last.told).toEqual([attaching]);
  });

  test("a session that is blocked for a moment now and then is kept", async () => {
    await joined(0.12);
    for (let i = 0; i < 10; i++) {
      relay.last.ready = false;
      await page.talk(800, 0.12);
      relay.last.ready = true;
      await page.talk(200, 0.12);
    }
    expect(relay.dials).toHaveLength(2);
  });

  test("a blocked control is succeeded: the line goes on, seats come anew", async () => {
    await joined();
    relay.last.ready = false;
    await page.talk(1500);
    expect(relay.last.told).toEqual([control]);
    await page.talk(1500);
    expect(page.welcomes).toHaveLength(2);
    expect(page.paths).toHaveLength(1);
    expect(relay.sessions.map(({ ends }) => ends)).toEqual([1, 0]);
    expect(page.states).toEqual(["connecting", "joined"]);
    relay.sessions[1].say({ type: "clock", of: [] });
  });

  test("an outage is not met with more sessions than the search for one costs", async () => {
    await joined(0.3);
    for (const session of inUse()) session.ready = false;
    relay.hanging = true;
    const before = relay.dials.length;
    await pass(60_000);
    expect(relay.times("webtransport").length - before).toBeLessThanOrEqual(8);
    relay.hanging = false;
    await pass(3000);
    expect(page.state).toBe("joined");
    expect(page.paths).toHaveLength(1);
    expect(inUse()).toEqual([relay.control]);
  });

  test("handshakes that fail make attempts seldom", async () => {
    await joined();
    relay.blocked = "webtransport";
    await page.talk(120_000, 0.3);
    expect(relay.dials.length).toBeLessThanOrEqual(16);
    expect(page.states).toEqual(["connecting", "joined"]);
  });
});

describe("deaths", () => {
  test("of the control: another takes it over, and the rest carries the line meanwhile", async () => {
    await joined(0.3);
    const [first, ...others] = inUse();
    first.die();
    expect(page.path.ready).toBe(true);
    await page.talk(2000, 0.3);
    expect(page.states).toEqual(["connecting", "joined"]);
    expect(page.welcomes).toHaveLength(2);
    expect(relay.control?.told).toEqual([control]);
    expect(inUse()).toHaveLength(3);
    expect(others.every(({ ends }) => ends === 0)).toBe(true);
  });

  test("of a control that is silent for long while others are heard", async () => {
    await joined(0.3);
    const [first, second] = inUse();
    for (let t = 0; t < 12_000; t += 500) {
      second.hear();
      relay.open[2].hear();
      await pass(500);
    }
    expect(first.ends).toBe(1);
    expect(relay.control?.told).toEqual([control]);
    expect(relay.control).not.toBe(first);
    expect(page.state).toBe("joined");
  });

  test("of two at once, the one that asks among them", async () => {
    await joined(0.3);
    const [first, second] = inUse();
    relay.answer = "nothing";
    first.die();
    await page.talk(300, 0.3);
    const asking = relay.last;
    expect(asking.told).toEqual([control]);
    relay.answer = "right";
    asking.die();
    second.die();
    await page.talk(3000, 0.3);
    expect(relay.control?.ends).toBe(0);
    expect(inUse()).toHaveLength(3);
    expect(page.paths).toHaveLength(1);
  });

  test("of all at once", async () => {
    await joined(0.3);
    for (const session of inUse()) session.die();
    expect(page.state).toBe("reconnecting");
    expect(page.path.ready).toBe(false);
    await pass(100);
    expect(page.state).toBe("joined");
    await page.talk(3000, 0.3);
    expect(inUse()).toHaveLength(3);
    expect(page.paths).toHaveLength(1);
  });

  test("of one that had asked for the control: nobody knows who has it, so it is asked for again", async () => {
    await joined();
    relay.last.ready = false;
    relay.answer = "nothing";
    await page.talk(1500);
    const [first, asking] = relay.sessions;
    first.ready = true;
    relay.answer = "right";
    asking.die();
    await page.talk(1500);
    expect(relay.control).toBe(relay.sessions[2]);
    expect(relay.control?.told).toEqual([control]);
    await page.talk(2000);
    expect(inUse()).toEqual([relay.control]);
  });
});

describe("adverse answers", () => {
  test("a welcome to who only attaches, attached to who asks, and either twice mean nothing", async () => {
    await joined();
    relay.answer = "nothing";
    await page.talk(8000, 0.3);
    const attach = relay.open[1];
    attach.say(welcome(0));
    attach.say({ type: "clock", of: [] });
    expect(page.welcomes).toHaveLength(1);
    const { heard } = page;
    attach.say({ type: "attached" });
    attach.say({ type: "attached" });
    attach.hear();
    expect(page.heard).toBe(heard + 1);
    attach.say(welcome(7));
    expect(page.welcomes).toHaveLength(1);
  });

  test("a welcome unasked: the relay lost the control and fell back to a session that had it before", async () => {
    await joined();
    const [first] = inUse();
    first.ready = false;
    relay.answer = "nothing";
    await page.talk(1500);
    first.ready = true;
    relay.last.die();
    first.say({ type: "clock", of: [] });
    const { heard } = page;
    first.say(welcome(0));
    first.say({ type: "clock", of: [] });
    expect(page.heard).toBe(heard + 1);
    expect(page.welcomes).toHaveLength(2);
    relay.answer = "right";
    await page.talk(5000);
    expect(inUse()).toEqual([first]);
    expect(page.paths).toHaveLength(1);
  });

  test("a session that is never attached is given up", async () => {
    await joined();
    relay.answer = "nothing";
    await page.talk(8000, 0.12);
    const attach = relay.open[1];
    await page.talk(5000, 0.12);
    expect(attach.ends).toBe(1);
    expect(attach.sent).toBe(0);
  });

  test.each(["line-unknown", "too-many", "internal", "bad-hello"])(
    "bye %s to one more path harms nothing",
    async (code) => {
      await joined();
      relay.answer = { type: "bye", code, again: code !== "bad-hello" };
      await page.talk(20_000, 0.3);
      expect(page.ended).toEqual([]);
      expect(page.states).toEqual(["connecting", "joined"]);
      expect(relay.open).toEqual([relay.sessions[0]]);
      expect(relay.dials.length).toBeLessThanOrEqual(16);
    },
  );

  test("bye replaced on any path: somebody else has the seat", async () => {
    await joined(0.3);
    relay.last.say({ type: "bye", code: "replaced", vi: "v", en: "e" });
    expect(page.ended).toMatchObject([{ code: "replaced" }]);
    expect(relay.open).toEqual([]);
  });

  test("a line unknown to a new control, though it works, is not given up", async () => {
    await joined();
    relay.last.ready = false;
    relay.answer = { type: "bye", code: "line-unknown", again: true };
    await page.talk(1500);
    relay.last.ready = true;
    await page.talk(3000);
    expect(page.welcomes).toHaveLength(1);
    expect(relay.sessions[0].ends).toBe(0);
  });

  test("too-slow to one that waits", async () => {
    relay.answer = "nothing";
    relay.handshake.webtransport = 1100;
    page.start();
    await pass(2000);
    const waiting = relay.open.filter(({ told }) => told.length === 0);
    expect(waiting.length).toBeGreaterThan(0);
    for (const session of waiting) session.say({ type: "bye", code: "too-slow", again: true });
    for (const session of waiting) expect(session.ends).toBe(1);
    expect(page.ended).toEqual([]);
  });
});

describe("WebSocket", () => {
  const kinds = () => inUse().map(({ kind }) => kind);

  test("is not dialled when WebTransport opens in time", async () => {
    relay.handshake.webtransport = 450;
    page.start();
    await pass(2000);
    expect(relay.times("websocket")).toEqual([]);
  });

  test("is given up when WebTransport opens first", async () => {
    relay.handshake = { webtransport: 700, websocket: 3000 };
    page.start();
    await pass(1000);
    expect(relay.times("websocket")).toHaveLength(1);
    await pass(5000);
    expect(kinds()).toEqual(["webtransport"]);
    expect(relay.sessions.filter(({ kind }) => kind === "websocket")).toEqual([]);
  });

  test("serves where UDP is blocked, first sound in time, and WebTransport is tried ever more seldom", async () => {
    relay.blocked = "webtransport";
    page.start();
    await pass(700);
    expect(page.state).toBe("joined");
    expect(page.keeper.transport).toBe("websocket");
    expect(relay.last.told[0]).toMatchObject({ type: "hello" });
    await page.talk(600_000);
    expect(kinds()).toEqual(["websocket"]);
    expect(relay.times("websocket")).toHaveLength(1);
    expect(relay.times("webtransport").length).toBeLessThanOrEqual(20);
    expect(page.states).toEqual(["connecting", "joined"]);
  });

  test("gives way to WebTransport that comes later", async () => {
    relay.handshake.webtransport = 2500;
    page.start();
    await pass(2490);
    expect(kinds()).toEqual(["websocket"]);
    await page.talk(1500);
    expect(kinds()[0]).toBe("webtransport");
    expect(relay.control?.told).toEqual([control]);
    await page.talk(4000);
    expect(kinds()).toEqual(["webtransport"]);
    expect(page.keeper.transport).toBe("webtransport");
    expect(page.paths).toHaveLength(1);
    expect(page.welcomes).toHaveLength(2);
  });

  test("a WebTransport that opens while the WebSocket's hello is not answered waits for its turn", async () => {
    relay.handshake = { webtransport: 570, websocket: 60 };
    page.start();
    await pass(575);
    expect(relay.sessions.map((s) => [s.kind, s.told.length])).toEqual([
      ["websocket", 1],
      ["webtransport", 0],
    ]);
    await pass(100);
    await page.talk(1300);
    expect(relay.control?.kind).toBe("webtransport");
    expect(page.paths).toHaveLength(1);
    expect(kinds()).toEqual(["webtransport"]);
  });

  test("and says hello itself if the answer takes long; should the other's hello arrive, it leaves again", async () => {
    relay.handshake = { webtransport: 800, websocket: 60 };
    relay.answer = "nothing";
    page.start();
    await pass(850);
    relay.answer = "right";
    const [socket, web] = relay.sessions;
    expect(web.told).toEqual([]);
    await pass(1000);
    expect(socket.told).toMatchObject([{ type: "hello" }, { type: "bye" }]);
    expect([socket.ends, page.welcomes.length]).toEqual([1, 1]);
    expect(web.told).toMatchObject([{ type: "hello" }]);
  });

  test("and says hello itself if the WebSocket dies", async () => {
    relay.handshake = { webtransport: 570, websocket: 60 };
    page.start();
    await pass(575);
    relay.sessions[0].die();
    await pass(100);
    expect(relay.sessions[1].told).toMatchObject([{ type: "hello" }]);
    expect(page.state).toBe("joined");
  });

  test("takes over a line whose UDP dies, and gives it back", async () => {
    await joined();
    relay.blocked = "webtransport";
    await pass(4000);
    expect(relay.control?.kind).toBe("websocket");
    expect(relay.control?.told).toEqual([control]);
    expect(page.paths).toHaveLength(1);
    await page.talk(5000);
    expect(kinds()).toEqual(["websocket"]);
    relay.blocked = undefined;
    await page.talk(30_000);
    expect(kinds()).toEqual(["webtransport"]);
    expect(page.paths).toHaveLength(1);
  });

  test("what UDP lost before a WebSocket came opens no more sessions after it", async () => {
    await joined(0.3);
    relay.blocked = "webtransport";
    for (const session of inUse()) session.ready = false;
    await pass(4000);
    expect(relay.control?.kind).toBe("websocket");
    relay.blocked = undefined;
    await page.talk(60_000);
    expect(kinds()).toEqual(["webtransport"]);
  });

  test("is all that some browsers have", async () => {
    page.world.webtransport = undefined;
    page.start();
    await pass(150);
    expect(page.state).toBe("joined");
    await page.talk(5000, 0.3);
    expect(kinds()).toEqual(["websocket"]);
    relay.last.ready = false;
    await page.talk(2000);
    relay.up = false;
    relay.last.die();
    await pass(5000);
    expect(page.state).toBe("reconnecting");
    relay.up = true;
    await pass(2000);
    expect(page.state).toBe("joined");
    expect(relay.times("websocket").length).toBeLessThanOrEqual(8);
  });
});
