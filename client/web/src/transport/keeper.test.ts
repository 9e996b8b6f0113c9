import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Bye, ToRelay, Welcome } from "./control";
import { Keeper, type State } from "./keeper";
import type { Relay, Session, SessionEvents } from "./session";

/** A relay and the line to it, as the keeper sees them. */
class FakeRelay {
  sessions: FakeSession[] = [];
  dials: number[] = []; // when
  failed = 0;
  up = true; // answers
  hanging = false; // handshakes fail after 4 s, as in Chromium
  handshake = 40; // ms
  answer: "welcome" | "nothing" | Bye = "welcome";
  probes = 0;

  readonly dial = async (relay: Relay, events: SessionEvents): Promise<Session> => {
    this.dials.push(performance.now());
    const { up } = this;
    if (this.hanging) await this.wait(() => !this.hanging, 4000);
    await new Promise((done) => setTimeout(done, up ? this.handshake : 2));
    if (!this.up || this.hanging) {
      this.failed++;
      throw new Error("Opening handshake failed.");
    }
    const session = new FakeSession(this, relay, events);
    this.sessions.push(session);
    return session;
  };

  readonly probe = async (): Promise<boolean> => {
    this.probes++;
    await new Promise((done) => setTimeout(done, 20));
    return this.up && !this.hanging;
  };

  private async wait(until: () => boolean, most: number): Promise<void> {
    for (let t = 0; t < most && !until(); t += 100) await new Promise((done) => setTimeout(done, 100));
  }

  get last(): FakeSession {
    return this.sessions[this.sessions.length - 1];
  }
}

class FakeSession implements Session {
  ready = true;
  told: ToRelay[] = [];
  closed = false;

  constructor(
    private readonly relay: FakeRelay,
    readonly to: Relay,
    readonly events: SessionEvents,
  ) {}

  send(): void {}

  tell(message: ToRelay): void {
    this.told.push(message);
    if (message.type !== "hello" || this.relay.answer === "nothing") return;
    const { answer } = this.relay;
    setTimeout(
      () => this.events.message(answer === "welcome" ? welcome(this.relay.sessions.indexOf(this)) : answer),
      20,
    );
  }

  close(): void {
    this.closed = true;
  }

  /** The relay's datagrams, every 500 ms for so long. */
  async chat(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 500) {
      this.events.datagram(new Uint8Array(3));
      await vi.advanceTimersByTimeAsync(500);
    }
  }
}

function welcome(n: number): Welcome {
  return {
    type: "welcome",
    protocol: 1,
    you: "seat",
    publication: 100 + n,
    token: `token ${n}`,
    meeting: { code: "abc", ms: 0 },
    seats: [],
    plan: { voice: { lo: 0, hi: 24000, frame: 20, protection: { window: 0, repairs: 0, offset: 0 } } },
    relays: ["https://a/wt", "https://b/wt"],
  };
}

let relay: FakeRelay;
let keeper: Keeper;
let states: State[];
let welcomes: Welcome[];
let ended: Bye[];
let heard: number;

function start(wish: { token?: string; muted?: boolean } = {}): void {
  const person = { meeting: "abc", name: "An", muted: false, listen: false };
  keeper = new Keeper({ ...person, relays: [{ url: "https://a/wt", hashes: ["h"] }], ...wish }, relay, {
    state: (s) => states.push(s),
    welcome: (w) => welcomes.push(w),
    message: () => heard++,
    datagram: () => heard++,
    ready: () => {},
    ended: (bye) => ended.push(bye),
  });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  relay = new FakeRelay();
  states = [];
  welcomes = [];
  ended = [];
  heard = 0;
});

afterEach(() => {
  keeper.leave();
  vi.useRealTimers();
});

describe("joining", () => {
  test("one dial, one hello, no probe", async () => {
    start({ muted: true });
    await pass(100);
    expect(states).toEqual(["connecting", "joined"]);
    expect(welcomes).toHaveLength(1);
    expect(relay.dials).toHaveLength(1);
    expect(relay.probes).toBe(0);
    expect(relay.last.told).toMatchObject([{ type: "hello", protocol: 1, meeting: "abc", name: "An", muted: true }]);
    relay.last.events.datagram(new Uint8Array(3));
    relay.last.events.message({ type: "clock", of: [] });
    expect(heard).toBe(2);
  });

  test("with a token the seat keeps its mute state, unless the person is muted", async () => {
    start({ token: "old" });
    await pass(100);
    expect(relay.last.told[0]).toMatchObject({ token: "old" });
    expect(relay.last.told[0]).not.toHaveProperty("muted");
  });

  test("a slow handshake gets company; the loser is let finish and says nothing", async () => {
    relay.handshake = 900;
    start();
    await pass(3000);
    expect(relay.dials).toHaveLength(2);
    expect(relay.dials[1] - relay.dials[0]).toBe(500);
    expect(welcomes).toHaveLength(1);
    expect(relay.sessions.map((s) => [s.told.length, s.closed])).toEqual([
      [1, false],
      [0, true],
    ]);
  });

  test("a relay that says nothing is left after a while", async () => {
    relay.answer = "nothing";
    start();
    await pass(4000);
    relay.answer = "welcome";
    await pass(1500);
    expect(relay.sessions[0].closed).toBe(true);
    expect(states.at(-1)).toBe("joined");
  });

  test("refused for good", async () => {
    relay.answer = { type: "bye", code: "meeting-unknown", vi: "Không có", en: "None" };
    start();
    await pass(60_000);
    expect(ended).toMatchObject([{ code: "meeting-unknown" }]);
    expect(relay.dials).toHaveLength(1);
    expect(relay.last.closed).toBe(true);
  });

  test("too many: comes again, not at once", async () => {
    relay.answer = { type: "bye", code: "too-many", again: true };
    start();
    await pass(2900);
    expect(relay.dials).toHaveLength(1);
    relay.answer = "welcome";
    await pass(700);
    expect(states.at(-1)).toBe("joined");
  });
});

describe("coming back", () => {
  test("a lost session is replaced at once, with the token and the mute state of now", async () => {
    start();
    await pass(100);
    keeper.mute(true);
    expect(relay.last.told.at(-1)).toEqual({ type: "mute", muted: true });
    relay.last.events.closed();
    expect(states.at(-1)).toBe("reconnecting");
    await pass(100);
    expect(states.at(-1)).toBe("joined");
    expect(relay.last.told[0]).toMatchObject({ type: "hello", token: "token 0", muted: true });
    expect(welcomes.map((w) => w.publication)).toEqual([100, 101]);
  });

  test.each([500, 1300, 2200])("a relay that restarts has everyone back in 3 s: down for %i ms", async (down) => {
    start();
    await pass(100);
    relay.last.events.message({ type: "bye", code: "relay-stopping", again: true });
    relay.up = false;
    await pass(down);
    relay.up = true;
    await pass(700);
    expect(states.at(-1)).toBe("joined");
    expect(relay.failed).toBeLessThanOrEqual(1);
  });

  test("a relay that crashes costs one failed handshake", async () => {
    start();
    await pass(100);
    relay.up = false;
    relay.last.events.closed();
    await pass(1500);
    relay.up = true;
    await pass(800);
    expect(states.at(-1)).toBe("joined");
    expect(relay.failed).toBe(1);
  });

  test("a long outage costs few handshakes, and its end is noticed soon", async () => {
    start();
    await pass(100);
    relay.hanging = true;
    for (const minutes of [1, 5, 10]) {
      await pass(60_000 * minutes);
      const recent = relay.dials.filter((at) => performance.now() - at < 300_000);
      expect(recent.length).toBeLessThanOrEqual(8);
    }
    relay.hanging = false;
    await pass(2000);
    expect(states.at(-1)).toBe("joined");
    expect(welcomes).toHaveLength(2);
  });

  test("a relay that answers by HTTP but not by QUIC is not dialled to death", async () => {
    start();
    await pass(100);
    relay.last.events.closed();
    const probe = vi.spyOn(relay, "probe").mockResolvedValue(true);
    relay.up = false;
    keeper.leave();
    relay.dials = [];
    keeper = new Keeper(
      { meeting: "abc", name: "An", muted: false, listen: false, relays: [{ url: "https://a/wt", hashes: [] }] },
      { dial: relay.dial, probe },
      { state() {}, welcome() {}, message() {}, datagram() {}, ready() {}, ended() {} },
    );
    await pass(300_000);
    expect(relay.dials.length).toBeLessThanOrEqual(14);
  });
});

describe("silence", () => {
  test("dials a second session beside the first, and the first to be welcomed counts", async () => {
    start();
    await pass(100);
    await relay.last.chat(5000);
    expect(relay.dials).toHaveLength(1);
    await pass(2500);
    expect(relay.dials).toHaveLength(1);
    await pass(700);
    expect(states).toEqual(["connecting", "joined", "reconnecting", "joined"]);
    expect(relay.sessions.map((s) => s.closed)).toEqual([true, false]);
  });

  test("ends when the first is heard again before the second is open", async () => {
    start();
    await pass(100);
    relay.handshake = 1000;
    await pass(3300);
    expect(states.at(-1)).toBe("reconnecting");
    relay.sessions[0].events.datagram(new Uint8Array(3));
    expect(states.at(-1)).toBe("joined");
    await relay.sessions[0].chat(5000);
    expect(welcomes).toHaveLength(1);
    expect(relay.sessions.slice(1).every((s) => s.closed && s.told.length === 0)).toBe(true);
  });

  test("a bye because we took our own seat ends nothing", async () => {
    start();
    await pass(100);
    relay.answer = "nothing";
    await pass(3300);
    const [first, second] = relay.sessions;
    first.events.message({ type: "bye", code: "replaced" });
    second.events.message(welcome(1));
    await pass(100);
    expect(ended).toEqual([]);
    expect(states.at(-1)).toBe("joined");
    expect([first.closed, second.closed]).toEqual([true, false]);
  });

  test("a bye because somebody else took the seat ends all", async () => {
    start();
    await pass(100);
    relay.last.events.message({ type: "bye", code: "replaced", vi: "v", en: "e" });
    await pass(10_000);
    expect(ended).toMatchObject([{ code: "replaced" }]);
    expect(relay.dials).toHaveLength(1);
  });
});

test("leaving says goodbye and dials no more", async () => {
  start();
  await pass(100);
  keeper.leave();
  expect(relay.last.told.at(-1)).toEqual({ type: "bye" });
  expect(relay.last.closed).toBe(true);
  relay.last.events.closed();
  await pass(60_000);
  expect(relay.dials).toHaveLength(1);
  expect(states.at(-1)).toBe("joined");
});

test("leaving in the middle of a handshake leaves no session behind", async () => {
  start();
  keeper.leave();
  await pass(1000);
  expect(relay.last.closed).toBe(true);
  expect(relay.last.told).toEqual([]);
});

test("the other relays of the meeting are kept and tried", async () => {
  start();
  await pass(100);
  relay.last.events.closed();
  await pass(100);
  expect(relay.last.to).toEqual({ url: "https://b/wt", hashes: ["h"] });
});
