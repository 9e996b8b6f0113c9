import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Call, type CallEvents, type Join, type MediaWorker } from "./call";
import type { FromWorker, Seat, ToWorker } from "./messages";

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

const na: Seat = { id: "s1", name: "Xã Na", publication: 11, here: true };
const huyen: Seat = { id: "s2", name: "Huyện", publication: 12, here: true };
const welcome = (more: Partial<Extract<FromWorker, { type: "welcome" }>> = {}): FromWorker => ({
  type: "welcome",
  you: "s1",
  publication: 11,
  token: "t1",
  title: "Giao ban",
  code: "abc-def-ghj",
  muted: false,
  seats: [na, huyen],
  ...more,
});

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
  worker = new Script();
  events = {
    onSeat: vi.fn(),
    onRelays: vi.fn(),
    onMuted: vi.fn(),
    onEnded: vi.fn(),
    onSite: vi.fn(),
    onSound: vi.fn(),
  };
});
afterEach(() => vi.useRealTimers());

describe("Call", () => {
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
    worker.say(welcome(), { type: "seat", seat: { ...huyen, here: false }, kind: "away" });
    expect(call.state.value).toBe("joined");
    expect(call.title.value).toBe("Giao ban");
    expect(call.seats.value.get("s2")?.here).toBe(false);
    worker.say({ type: "left", id: "s2" });
    expect([...call.seats.value.keys()]).toEqual(["s1"]);
    expect(events.onSeat).toHaveBeenLastCalledWith("t1");
  });

  it("names the speaker by seat, also after that seat got a new publication", () => {
    const call = enter();
    worker.say(welcome());
    talk(12, 400);
    expect(call.speaking.value).toEqual({ main: "s2", now: true, others: [] });
    expect(call.level.value).toBe(-20);
    vi.advanceTimersByTime(2000);
    expect(call.speaking.value).toEqual({ main: "s2", now: false, others: [] });
    worker.say({ type: "seat", seat: { ...huyen, publication: 99 }, kind: "back" });
    talk(11, 400);
    expect(call.speaking.value.main).toBe("s1");
    talk(99, 2000);
    expect(call.speaking.value).toEqual({ main: "s2", now: true, others: [] });
  });

  it("announces who comes and goes, but not oneself and not those already there", () => {
    const call = enter();
    worker.say(welcome(), { type: "seat", seat: na, kind: "joined" });
    vi.advanceTimersByTime(5000);
    expect(call.notice.value).toBeUndefined();
    worker.say(
      { type: "seat", seat: { id: "s3", name: "Xã Mường", here: true }, kind: "joined" },
      { type: "left", id: "s2" },
    );
    vi.advanceTimersByTime(3200);
    expect(call.notice.value).toEqual({ joined: ["Xã Mường"], left: ["Huyện"] });
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
    call.setMuted(true);
    call.setMuted(true);
    expect(events.onMuted.mock.calls).toEqual([[false], [true]]);
    expect(worker.told.filter((m) => m.type === "mute")).toEqual([{ type: "mute", muted: true }]);
  });

  it("comes back with the seat after a reload", () => {
    const call = enter();
    worker.say(welcome({ muted: true }));
    expect(call.muted.value).toBe(true);
    expect(events.onMuted).toHaveBeenLastCalledWith(true);
  });

  it("is never undone by a welcome", () => {
    const call = enter({ muted: true });
    worker.say(welcome({ muted: false }));
    expect(call.muted.value).toBe(true);
    expect(worker.told.at(-1)).toEqual({ type: "mute", muted: true });
    call.setMuted(false);
    worker.say({ type: "state", state: "reconnecting" }, welcome({ muted: true }));
    expect(call.muted.value).toBe(false);
    expect(worker.told.at(-1)).toEqual({ type: "mute", muted: false });
  });

  it("means nothing for a listener", () => {
    const call = enter({ listen: true });
    call.setMuted(true);
    worker.say(welcome({ muted: true }));
    expect(call.muted.value).toBe(false);
    expect(worker.types()).toEqual(["ports", "join"]);
  });
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
