import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FakeRelay, Page, pass, welcome } from "./keeper.test-util";

let page: Page;
let relay: FakeRelay;

beforeEach(() => {
  vi.useFakeTimers();
  page = new Page();
  ({ relay } = page);
});

afterEach(async () => {
  await page.close();
  vi.useRealTimers();
});

/** Joins and waits for the welcome. */
async function joined(wish: Parameters<Page["start"]>[0] = {}): Promise<void> {
  page.start(wish);
  await pass(100);
}

describe("joining", () => {
  test("one dial, one hello, no probe", async () => {
    await joined({ muted: true });
    expect(page.states).toEqual(["connecting", "joined"]);
    expect(page.welcomes).toHaveLength(1);
    expect(relay.dials).toHaveLength(1);
    expect(relay.probes).toBe(0);
    expect(relay.last.told).toMatchObject([{ type: "hello", protocol: 1, meeting: "abc", name: "An", muted: true }]);
    expect(page.keeper.transport).toBe("webtransport");
    relay.last.hear();
    relay.last.say({ type: "clock", of: [] });
    expect(page.heard).toBe(2);
  });

  test("datagrams that overtake the welcome belong to the new line", async () => {
    page.start();
    await pass(50);
    for (let i = 0; i < 40; i++) relay.last.hear();
    expect(page.heard).toBe(0);
    await pass(50);
    expect([page.welcomes.length, page.heard, page.early]).toEqual([1, 32, 0]);
    relay.last.hear();
    expect(page.heard).toBe(33);
  });

  test("with a token the seat keeps its mute state, unless the person is muted", async () => {
    await joined({ token: "old" });
    expect(relay.last.told[0]).toMatchObject({ token: "old" });
    expect(relay.last.told[0]).not.toHaveProperty("muted");
  });

  test("a slow handshake gets company; the loser is let finish and says nothing", async () => {
    relay.handshake.webtransport = 900;
    relay.blocked = "websocket";
    page.start();
    await pass(3000);
    const [first, second] = relay.times("webtransport");
    expect(relay.times("webtransport")).toHaveLength(2);
    expect(second - first).toBe(500);
    expect(page.welcomes).toHaveLength(1);
    expect(relay.sessions.map((s) => [s.told.length, s.ends])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  test("handshakes that take long get ever more company", async () => {
    relay.handshake.webtransport = 6000;
    relay.blocked = "websocket";
    page.start();
    await pass(4000);
    const [first, ...others] = relay.times("webtransport");
    expect(others.map((at) => at - first)).toEqual([500, 1200, 2000, 2800]);
  });

  test("over a narrow line they leave each other the time that their packets take", async () => {
    await joined();
    page.line.rate = 12_000;
    page.keeper.report(page.line, performance.now());
    relay.handshake.webtransport = 6000;
    relay.blocked = "websocket";
    relay.last.die();
    await pass(4000);
    const [, first, second] = relay.times("webtransport");
    expect(second - first).toBeGreaterThanOrEqual(2456);
    expect(second - first).toBeLessThanOrEqual(2600);
  });

  test("who waits for a welcome says a little meanwhile, and dials a spare", async () => {
    relay.answer = "nothing";
    page.start();
    await pass(1000);
    expect(relay.last.nudges).toBeGreaterThanOrEqual(9);
    expect(relay.dials).toHaveLength(1);
    await pass(2500);
    expect(relay.dials.length).toBeGreaterThan(1);
    relay.answer = "right";
    await pass(1500);
    expect(relay.sessions[0].ends).toBe(1);
    expect(page.state).toBe("joined");
    expect(page.welcomes).toHaveLength(1);
    const { nudges } = relay.last;
    await pass(1000);
    expect(relay.last.nudges).toBe(nudges);
  });

  test("a slow WebSocket that asks for a seat which one has keeps its turn: its late hello would take the seat away", async () => {
    relay.handshake = { webtransport: 800, websocket: 60 };
    relay.answer = "nothing";
    page.start({ token: "old" });
    await pass(2500);
    expect(relay.sessions.slice(0, 2).map(({ told, ends }) => [told.length, ends])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    relay.answer = "right";
  });

  test("a relay that says nothing is left after a while", async () => {
    relay.answer = "nothing";
    page.start();
    await pass(4000);
    relay.answer = "right";
    await pass(1500);
    expect(relay.sessions[0].ends).toBe(1);
    expect(page.state).toBe("joined");
  });

  test("refused for good", async () => {
    relay.answer = { type: "bye", code: "meeting-unknown", vi: "Không có", en: "None" };
    page.start();
    await pass(60_000);
    expect(page.ended).toMatchObject([{ code: "meeting-unknown" }]);
    expect(relay.dials).toHaveLength(1);
  });

  test("too many: comes again, not at once, by no way", async () => {
    relay.answer = { type: "bye", code: "too-many", again: true };
    page.start();
    await pass(2900);
    expect(relay.dials).toHaveLength(1);
    relay.answer = "right";
    await pass(700);
    expect(page.state).toBe("joined");
  });

  test("a session that ends with its handshake is no session", async () => {
    const { webtransport } = relay.world;
    let n = 0;
    page.world.webtransport = async (to, events, signal) => {
      const session = await webtransport?.(to, events, signal);
      if (n++ === 0) relay.last.die();
      return session as NonNullable<typeof session>;
    };
    page.start();
    await pass(3000);
    expect(relay.sessions[0].told).toEqual([]);
    expect(page.state).toBe("joined");
  });
});

describe("coming back", () => {
  test("a lost session is replaced at once; the line goes on", async () => {
    await joined();
    page.keeper.mute(true);
    expect(relay.last.told.at(-1)).toEqual({ type: "mute", muted: true });
    relay.last.die();
    expect(page.state).toBe("reconnecting");
    await pass(100);
    expect(page.state).toBe("joined");
    expect(relay.last.told[0]).toEqual({ type: "attach", protocol: 1, line: "line 0", control: true });
    expect(page.welcomes.map((w) => w.publication)).toEqual([100, 100]);
    expect(page.paths).toHaveLength(1);
    page.path.send(new Uint8Array(9));
    expect(relay.last.sent).toBe(1);
  });

  test("a line that the relay forgot is followed by a new one, on a new session, with the token and the mute state of now", async () => {
    await joined();
    page.keeper.mute(true);
    relay.lines[0] = "forgotten";
    relay.last.die();
    await pass(100);
    expect(relay.sessions[1].told[0]).toMatchObject({ type: "attach" });
    await pass(100);
    expect(relay.last.told[0]).toMatchObject({ type: "hello", token: "token 0", muted: true });
    expect(page.welcomes.map((w) => w.publication)).toEqual([100, 101]);
    expect(page.paths).toHaveLength(2);
    expect(page.paths[0].ready).toBe(false);
    expect(relay.sessions.map((s) => s.ends)).toEqual([1, 1, 0]);
  });

  test.each([500, 1300, 2200])("a relay that restarts has everyone back in 3 s: down for %i ms", async (down) => {
    await joined();
    relay.last.say({ type: "bye", code: "relay-stopping", again: true });
    relay.up = false;
    relay.lines = [];
    await pass(down);
    relay.up = true;
    await pass(700);
    expect(page.state).toBe("joined");
    expect(relay.sessions[1].told[0]).toMatchObject({ type: "hello", token: "token 0" });
    expect(page.paths).toHaveLength(2);
    expect(relay.times("webtransport").length).toBeLessThanOrEqual(3);
  });

  test("a relay that crashes costs few handshakes", async () => {
    await joined();
    relay.up = false;
    relay.last.die();
    await pass(1500);
    relay.up = true;
    await pass(800);
    expect(page.state).toBe("joined");
    expect(relay.times("webtransport")).toHaveLength(3);
  });

  test("a long outage costs few handshakes, and its end is noticed soon", async () => {
    await joined();
    relay.hanging = true;
    for (const minutes of [1, 5, 10]) {
      await pass(60_000 * minutes);
      const recent = relay.times("webtransport").filter((at) => performance.now() - at < 300_000);
      expect(recent.length).toBeLessThanOrEqual(8);
    }
    relay.hanging = false;
    await pass(2000);
    expect(page.state).toBe("joined");
    expect(page.welcomes).toHaveLength(2);
  });

  test("a relay that answers by HTTP but not by QUIC is not dialled to death", async () => {
    page.world.websocket = undefined;
    page.world.probe = async () => true;
    relay.up = false;
    page.start();
    await pass(300_000);
    expect(relay.dials.length).toBeGreaterThan(5);
    expect(relay.dials.length).toBeLessThanOrEqual(14);
  });
});

describe("silence", () => {
  test("dials a second session beside the first, and the first to be welcomed counts", async () => {
    await joined();
    await relay.last.chat(5000);
    expect(relay.dials).toHaveLength(1);
    await pass(2500);
    expect(relay.dials).toHaveLength(1);
    expect(page.keeper.silence(performance.now())).toBe(3000);
    await pass(700);
    expect(page.states).toEqual(["connecting", "joined", "reconnecting", "joined"]);
    expect(relay.last.told).toEqual([{ type: "attach", protocol: 1, line: "line 0", control: true }]);
    await pass(1200);
    expect(relay.sessions.map((s) => s.ends)).toEqual([1, 0]);
  });

  test("ends when the first is heard again before the second is open", async () => {
    await joined();
    relay.handshake = { webtransport: 1000, websocket: 1000 };
    await pass(3300);
    expect(page.state).toBe("reconnecting");
    relay.sessions[0].hear();
    expect(page.state).toBe("joined");
    await relay.sessions[0].chat(5000);
    expect(page.welcomes).toHaveLength(1);
    expect(relay.sessions.slice(1).every((s) => s.ends === 1 && s.told.length === 0)).toBe(true);
  });

  test("what comes on a session that asks to go on with the line is heard", async () => {
    await joined();
    relay.answer = "nothing";
    await pass(3300);
    const { heard } = page;
    relay.last.hear();
    expect(page.heard).toBe(heard + 1);
  });

  test("after a change of the network it is taken seriously sooner, and dials that hang are given up", async () => {
    await joined();
    page.changed();
    await pass(1700);
    expect(page.states).toEqual(["connecting", "joined", "reconnecting", "joined"]);
    relay.hanging = true;
    relay.last.die();
    await pass(20_000);
    const before = relay.dials.length;
    relay.hanging = false;
    page.changed();
    page.changed();
    await pass(150);
    expect(relay.dials.length - before).toBeLessThanOrEqual(2);
    expect(page.state).toBe("joined");
  });

  test("a bye because we took our own seat at another relay ends nothing", async () => {
    await joined();
    const { webtransport } = relay.world;
    page.world.webtransport = (to, events, signal) => {
      if (to.url === "https://a/wt") return new Promise((_, reject) => setTimeout(reject, 4000));
      return webtransport?.(to, events, signal) as ReturnType<NonNullable<typeof webtransport>>;
    };
    relay.blocked = "websocket";
    relay.answer = "nothing";
    const [first] = relay.sessions;
    for (let i = 0; relay.last === first && i < 300; i++) await pass(100);
    expect(relay.last.to.url).toBe("https://b/wt");
    expect(relay.last.told[0]).toMatchObject({ type: "hello", token: "token 0" });
    first.say({ type: "bye", code: "replaced" });
    relay.last.say(welcome(1));
    await pass(100);
    expect(page.ended).toEqual([]);
    expect(page.state).toBe("joined");
    expect([first.ends, relay.last.ends]).toEqual([1, 0]);
  });

  test("a bye because somebody else took the seat ends all", async () => {
    await joined();
    relay.last.say({ type: "bye", code: "replaced", vi: "v", en: "e" });
    await pass(10_000);
    expect(page.ended).toMatchObject([{ code: "replaced" }]);
    expect(relay.dials).toHaveLength(1);
  });
});

test("leaving says goodbye and dials no more", async () => {
  await joined();
  page.keeper.leave();
  expect(relay.last.told.at(-1)).toEqual({ type: "bye" });
  await pass(60_000);
  expect(relay.dials).toHaveLength(1);
  expect(page.state).toBe("joined");
});

test("leaving in the middle of a handshake leaves no session behind", async () => {
  page.start();
  page.keeper.leave();
  await pass(1000);
  expect(relay.last.told).toEqual([]);
});

test("leaving before the welcome gives back the seat that may have been taken", async () => {
  relay.answer = "nothing";
  await joined();
  page.keeper.leave();
  expect(relay.last.told.map((m) => m.type)).toEqual(["hello", "bye"]);
});

test("the other relays of the meeting are kept and tried", async () => {
  await joined();
  relay.hanging = true;
  relay.last.die();
  await pass(5000);
  relay.hanging = false;
  await pass(10_000);
  expect(relay.sessions[1].to.url).toBe("https://a/wt");
  relay.last.say({ type: "bye", code: "relay-stopping", again: true });
  await pass(3000);
  expect(relay.sessions.some(({ to }) => to.url === "https://b/wt" && to.hashes[0] === "h")).toBe(true);
});

test("another relay goes on with the meeting when the one that has the line is gone for good", async () => {
  await joined();
  const { webtransport, websocket } = relay.world;
  const only =
    (dial: typeof webtransport): typeof webtransport =>
    async (to, events, signal) => {
      if (to.url === "https://a/wt" || !dial) throw new Error("no such relay any more");
      return dial(to, events, signal);
    };
  page.world.webtransport = only(webtransport);
  page.world.websocket = only(websocket);
  page.world.probe = async (url) => url !== "https://a/wt";
  relay.last.die();
  await pass(9000);
  expect(page.state).toBe("joined");
  expect(relay.sessions.slice(1).map(({ to }) => to.url)).toContain("https://b/wt");
  expect(relay.sessions[1].told[0]).toMatchObject({ type: "hello", token: "token 0" });
});
