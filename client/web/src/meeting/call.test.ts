import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Call, type CallEvents, type Join, type MediaWorker } from "./call";
import { whole } from "./fold/fold";
import type { FromWorker, MeetingEvent, ToWorker } from "./messages";

/** Stands in for the worker: keeps what it is told, says what the test wants. */
class Script implements MediaWorker {
  onmessage: MediaWorker["onmessage"] = null;
  told: ToWorker[] = [];
  terminated = false;

  postMessage(message: ToWorker): void {
    this.told.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(...messages: FromWorker[]): void {
    for (const data of messages) this.onmessage?.({ data } as MessageEvent<FromWorker>);
  }
  types(): string[] {
    return this.told.map((m) => m.type);
  }
}

type Welcome = Extract<FromWorker, { type: "welcome" }>;

const [na, huyen] = ["0000000b", "0000000c"];
const seats = (muted = false) => [
  [11, "Xã Na", 0, muted ? 3 : 1],
  [12, "Huyện", 0, 1],
];
const welcome = (more: Partial<Welcome> & { muted?: boolean; floor?: object } = {}): FromWorker => {
  const { muted, floor, ...rest } = more;
  return {
    type: "welcome",
    you: na,
    publication: 11,
    token: "t1",
    title: "Giao ban",
    code: "abc-def-ghj",
    ms: 60_000,
    view: { n: 5, seats: seats(muted), floor },
    events: [],
    ...rest,
  };
};

let n = 5;
const happens = (kind: string, seat?: string, body?: object): FromWorker => {
  const event: MeetingEvent = { n: ++n, ms: 61_000, kind, seat, body };
  return { type: "event", ...event };
};

let worker: Script;
let events: { [K in keyof CallEvents]: ReturnType<typeof vi.fn<CallEvents[K]>> };

function enter(join: Partial<Join> = {}): Call {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  const wish = { code: "abc-def-ghj", name: "Xã Na", muted: false, listen: false, relays: [], ...join };
  return new Call(worker, wish, { capture: port1, playout: port2 }, events);
}

/** Lets somebody talk for `ms`, a report every 100 ms. */
function talk(publication: number, ms: number): void {
  for (let t = 0; t < ms; t += 100) {
    worker.say({ type: "levels", levels: [[publication, -20]] });
    vi.advanceTimersByTime(100);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  n = 5;
  worker = new Script();
  events = {
    onSeat: vi.fn(),
    onRelays: vi.fn(),
    onMuted: vi.fn(),
    onSounds: vi.fn(),
    onEnded: vi.fn(),
    onSite: vi.fn(),
    onSound: vi.fn(),
  };
});
afterEach(() => vi.useRealTimers());

describe("Call", () => {
  it("lends the line to pictures", () => {
    const { port1 } = new MessageChannel();
    enter().lend(port1);
    expect(worker.told.at(-1)).toEqual({ type: "pictures", port: port1 });
    port1.close();
  });

  it("hands the ports over before it joins", () => {
    enter({ token: "old" });
    expect(worker.types()).toEqual(["ports", "join"]);
    expect(worker.told[1]).toMatchObject({ meeting: "abc-def-ghj", name: "Xã Na", token: "old", listen: false });
  });

  it("tells once that it is at a site, and follows the line above", () => {
    const call = enter();
    worker.say(welcome(), { type: "upstream", upstream: { up: true } });
    vi.advanceTimersByTime(5000);
    worker.say({ type: "upstream", upstream: { up: false } });
    expect(call.above.strip.value).toEqual({ kind: "away" });
    worker.say({ type: "upstream", upstream: { up: true } });
    expect(call.above.strip.value).toEqual({ kind: "back" });
    vi.advanceTimersByTime(6200);
    expect(call.above.strip.value).toBeUndefined();
    expect(events.onSite).toHaveBeenCalledTimes(1);
  });

  it("gives the line above time to come up after each welcome", () => {
    const call = enter();
    vi.advanceTimersByTime(60_000);
    worker.say(welcome(), { type: "upstream", upstream: { up: false } });
    expect(call.above.strip.value).toBeUndefined();
    vi.advanceTimersByTime(3200);
    expect(call.above.strip.value).toEqual({ kind: "away" });
  });

  it("follows the seats", () => {
    const call = enter();
    worker.say(welcome(), happens("away", huyen));
    expect(call.state.value).toBe("joined");
    expect(call.title.value).toBe("Giao ban");
    expect(call.seats.value.get(huyen)?.here).toBe(false);
    worker.say(happens("left", huyen));
    expect([...call.seats.value.keys()]).toEqual([na]);
    expect(events.onSeat).toHaveBeenLastCalledWith("t1");
  });

  it("names the speaker by seat, also after that seat got a new publication", () => {
    const call = enter();
    worker.say(welcome());
    talk(12, 400);
    expect(call.speaking.value).toEqual({ main: huyen, now: true, others: [] });
    expect(call.level.value).toBe(-20);
    vi.advanceTimersByTime(2000);
    expect(call.speaking.value).toEqual({ main: huyen, now: false, others: [] });
    worker.say(happens("back", huyen, { name: "Huyện", publication: 99 }));
    talk(11, 400);
    expect(call.speaking.value.main).toBe(na);
    talk(99, 2000);
    expect(call.speaking.value).toEqual({ main: huyen, now: true, others: [] });
  });

  it("reports the end and is silent once closed", () => {
    const call = enter();
    const reason = { code: "replaced", vi: "…", en: "…" };
    worker.say({ type: "sound" }, { type: "ended", reason });
    expect(events.onSound).toHaveBeenCalledOnce();
    expect(events.onEnded).toHaveBeenCalledExactlyOnceWith(reason);
    call.close();
    worker.say(welcome());
    expect(worker.terminated).toBe(true);
    expect(call.seats.value.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("muting", () => {
  it("reaches microphone and relay, once", () => {
    const call = enter();
    call.mic.choose(true);
    call.mic.choose(true);
    expect(events.onMuted.mock.calls).toEqual([[true]]);
    expect(events.onSounds.mock.calls).toEqual([[true], [false]]);
    expect(worker.told.filter((m) => m.type === "mute")).toEqual([{ type: "mute", muted: true }]);
  });

  it("comes back with the seat after a reload", () => {
    const call = enter();
    worker.say(welcome({ muted: true }));
    expect(call.mic.muted.value).toBe(true);
    expect(events.onMuted).toHaveBeenLastCalledWith(true);
  });

  it("is never undone by a welcome", () => {
    const call = enter({ muted: true });
    worker.say(welcome({ muted: false }));
    expect(call.mic.muted.value).toBe(true);
    expect(worker.told.at(-1)).toEqual({ type: "mute", muted: true });
    call.mic.choose(false);
    worker.say({ type: "state", state: "reconnecting" }, welcome({ muted: true }));
    expect(call.mic.muted.value).toBe(false);
    expect(worker.told.at(-1)).toEqual({ type: "mute", muted: false });
  });

  it("means nothing for a listener", () => {
    const call = enter({ listen: true });
    call.mic.choose(true);
    worker.say(welcome({ muted: true }));
    expect(call.mic.muted.value).toBe(false);
    expect(worker.types()).toEqual(["ports", "join"]);
  });
});

describe("the floor", () => {
  const moderated = { mode: "moderated" };
  const open = () => events.onSounds.mock.lastCall?.[0];

  it("closes the microphone, and only a press opens it once one is called", () => {
    const call = enter();
    worker.say(welcome(), happens("mode", undefined, { mode: "moderated" }));
    expect([call.mic.gate.value, open()]).toEqual(["closed", false]);
    call.mic.press();
    expect(open()).toBe(false);
    worker.say(happens("granted", na, { limit: 300_000 }));
    expect([call.mic.gate.value, open()]).toEqual(["ready", false]);
    call.mic.press();
    expect([call.mic.gate.value, open()]).toEqual(["open", true]);
    worker.say(happens("yielded", na, { why: "done" }));
    expect(open()).toBe(false);
    expect(worker.told.filter((m) => m.type === "mute")).toEqual([]);
  });

  it("is as it was for one who comes back to it", () => {
    const call = enter();
    worker.say(welcome({ floor: { ...moderated, holder: na, since: 0 } }));
    expect([call.mic.gate.value, open()]).toEqual(["open", true]);
    worker.say({ type: "state", state: "reconnecting" }, welcome({ floor: moderated }));
    expect(open()).toBe(false);
  });

  it("opens nobody's microphone when it is free again", () => {
    const call = enter();
    worker.say(welcome({ floor: moderated }), happens("mode", undefined, { mode: "free" }));
    expect([call.mic.gate.value, open()]).toEqual(["ready", false]);
  });

  it("is closed by the chair for good, also during an outage", () => {
    const call = enter();
    worker.say(welcome(), happens("silenced", na));
    expect([call.mic.muted.value, open()]).toEqual([true, false]);
    expect(events.onMuted).toHaveBeenLastCalledWith(true);
    call.mic.press();
    worker.say(happens("muted", na, { muted: false }));
    expect(open()).toBe(true);
    worker.say({ type: "state", state: "reconnecting" }, welcome({ muted: true }));
    expect(open()).toBe(false);
    call.mic.press();
    worker.say(welcome({ view: undefined, events: [{ n: 30, ms: 9, kind: "silenced" }] }));
    expect([call.mic.muted.value, open()]).toEqual([true, false]);
  });
});

it("learns the whole meeting later, with what happened before", () => {
  const call = enter();
  const view = { n: 5, seats: seats(), notices: [["a", "Giải lao"]] };
  worker.say(welcome({ view }), happens("noticed", undefined, { id: "b", text: "Họp tiếp" }));
  expect(call.view.value.notices).toEqual([]);
  call.learn(whole);
  worker.say(happens("unnoticed", undefined, { id: "a" }));
  expect(call.view.value.notices).toEqual([{ id: "b", text: "Họp tiếp" }]);
  worker.say(welcome({ view }));
  expect(call.view.value.notices).toEqual([{ id: "a", text: "Giải lao" }]);
});

it("resolves commands by the relay's answers", async () => {
  const call = enter();
  const both = Promise.all([call.do("raise", { reason: "report" }), call.do("next")]);
  const [raise, next] = worker.told.filter((m) => m.type === "do");
  expect(raise).toEqual({ type: "do", id: raise.id, act: "raise", reason: "report" });
  expect(next.id).not.toBe(raise.id);
  const reason = { code: "not-yours", vi: "…", en: "…" };
  worker.say({ type: "refused", id: next.id, ...reason }, { type: "done", id: raise.id });
  expect(await both).toEqual([true, false]);
});

it("knows the time of the meeting", () => {
  const call = enter();
  worker.say(welcome());
  vi.advanceTimersByTime(2500);
  expect(Math.round(call.now())).toBe(62_500);
});

it("follows its own line, also while the worker reports nothing", () => {
  const call = enter();
  worker.say(welcome());
  vi.advanceTimersByTime(1000);
  const line = { lossDown: 0.18, lossUp: 0, recoveredDown: 0.99, kbpsDown: 30, kbpsUp: 28 };
  worker.say({ type: "line", line }, { type: "state", state: "reconnecting" });
  expect(call.line.view.value).toMatchObject({ grade: "weak", loss: { Down: { lost: 18, recovered: 99 } } });
  vi.advanceTimersByTime(12_000);
  expect(call.line.situation.value).toEqual({ kind: "reconnecting", seconds: 12 });
  worker.say(welcome());
  expect(call.line.situation.value).toEqual({ kind: "back", seconds: 12 });
});
