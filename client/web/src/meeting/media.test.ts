import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CodecError, type VoiceFrame } from "../codec/frame";
import type { PlayerStats } from "../codec/player";
import { type FromRelay, Line, type Session, type SessionEvents } from "../transport";
import type { ToRelay } from "../transport/control";
import type { FromLine } from "../video/port";
import { Media } from "./media";
import type { FromWorker } from "./messages";
import { Outbox } from "./outbox";

vi.mock("../codec", () => ({})); // its worklets need a browser; only its types are used here

/** A relay at the other end of a real line, without network. */
class Relay implements Session {
  readonly kind = "webtransport";
  forgot = false; // the line
  ready = true;
  told: ToRelay[] = [];
  heard: { publication: number; time: number; layer: number }[] = [];
  events!: SessionEvents;
  line = new Line({ ready: true, send: (bytes) => this.events.datagram(bytes) }, performance.now());

  readonly dial = async (_: unknown, events: SessionEvents): Promise<Session> => {
    this.events = events;
    return this;
  };

  send(datagram: Uint8Array): void {
    this.heard.push(...this.line.receive(datagram, performance.now()));
  }

  tell(message: ToRelay): void {
    this.told.push(message);
    if (message.type === "hello") queueMicrotask(() => this.say(welcome));
    if (message.type !== "attach") return;
    queueMicrotask(() => this.say(this.forgot ? { type: "bye", code: "line-unknown", again: true } : welcome));
  }

  say(message: FromRelay): void {
    this.events.message(message);
  }

  close(): void {}
}

const plan = { voice: { lo: 8000, hi: 24000, frame: 20, protection: { window: 4, age: 2, gap: 2, rate: 100_000 } } };

const welcome: FromRelay = {
  type: "welcome",
  protocol: 1,
  line: "line",
  you: "me",
  publication: 77,
  token: "t",
  meeting: { code: "abc-def-ghj", title: "Giao ban", ms: 5 },
  view: {
    n: 7,
    epoch: 2,
    seats: [
      [77, "An", 0, 3],
      [9, "Bình", 0, 1],
    ],
  },
  plan,
};

let relay: Relay;
let media: Media;
let posted: FromWorker[];
let encoder: ReturnType<typeof fakeEncoder>;
let player: ReturnType<typeof fakePlayer>;
const opus = vi.fn(async () => {});
let onFrame: (frame: VoiceFrame) => void;
let onSound: () => void;
let onError: (error: CodecError) => void;

function fakeEncoder() {
  return {
    connect: vi.fn(),
    setPlan: vi.fn(),
    restart: vi.fn(),
    setMuted: vi.fn(),
    close: vi.fn(),
    level: -127,
    clock: undefined,
  };
}

function fakePlayer() {
  return {
    connect: vi.fn(),
    push: vi.fn(),
    setBudget: vi.fn(),
    stats: { delay: 57 } as PlayerStats,
    hush: vi.fn(),
    remove: vi.fn(),
    close: vi.fn(),
    levels: vi.fn((): [number, number][] => []),
    heard: vi.fn((): [number, number, number][] => []),
  };
}

const of = <T extends FromWorker["type"]>(type: T) =>
  posted.filter((m): m is Extract<FromWorker, { type: T }> => m.type === type);

const frame = (layer: 0 | 1, sequence: number): VoiceFrame => ({
  layer,
  sequence,
  time: sequence * 960,
  level: 20,
  payload: Uint8Array.of(0x48, layer, sequence),
});

async function join(more: { muted?: boolean; token?: string } = {}): Promise<void> {
  const relays = [{ url: "https://a/wt", hashes: [] }];
  media.take({ type: "join", meeting: "abc", name: "An", muted: false, listen: false, relays, ...more });
  await vi.advanceTimersByTimeAsync(20);
}

beforeEach(() => {
  vi.useFakeTimers();
  relay = new Relay();
  encoder = fakeEncoder();
  player = fakePlayer();
  posted = [];
  media = new Media(
    {
      webtransport: relay.dial,
      probe: async () => true,
      opusAvailable: opus,
      encoder: (events) => {
        ({ onFrame, onError } = events);
        return encoder;
      },
      player: (events) => {
        ({ onSound } = events);
        return player;
      },
    },
    (message) => posted.push(message),
  );
});

afterEach(() => {
  media.take({ type: "leave" });
  vi.useRealTimers();
});

describe("joining", () => {
  test("tells the page of the meeting and obeys the plan", async () => {
    await join();
    expect(posted.slice(0, 3)).toEqual([
      { type: "state", state: "connecting" },
      {
        type: "welcome",
        you: "me",
        publication: 77,
        token: "t",
        title: "Giao ban",
        code: "abc-def-ghj",
        ms: 5,
        view: welcome.view,
        events: [],
      },
      { type: "state", state: "joined" },
    ]);
    expect(encoder.restart).toHaveBeenCalledOnce();
    expect(encoder.setPlan).toHaveBeenLastCalledWith(plan.voice);
    relay.say({ type: "plan", voice: { ...plan.voice, lo: 0 } });
    expect(encoder.setPlan).toHaveBeenLastCalledWith({ ...plan.voice, lo: 0 });
  });

  test("a browser without Opus is told so, and is in the meeting all the same", async () => {
    opus.mockRejectedValueOnce(new CodecError("opus-missing"));
    await join();
    onError(new CodecError("decoder-failed"));
    expect(of("error").map((m) => m.error.code)).toEqual(["opus-missing", "decoder-failed"]);
    expect(of("error")[0].error.vi).toMatch(/Chrome/);
    expect(of("welcome")).toHaveLength(1);
  });

  test("refused: the sentence goes to the page, and all is over", async () => {
    await join();
    relay.say({ type: "bye", code: "replaced", vi: "Ở nơi khác", en: "Elsewhere" });
    expect(of("ended")).toEqual([{ type: "ended", reason: { code: "replaced", vi: "Ở nơi khác", en: "Elsewhere" } }]);
    expect(encoder.close).toHaveBeenCalled();
    expect(player.close).toHaveBeenCalled();
  });
});

describe("voice", () => {
  test("both layers of a time share a datagram, and what is lost comes back", async () => {
    await join();
    const before = relay.line.receiver.totals.datagrams;
    let n = 0;
    const send = relay.send.bind(relay);
    relay.send = (bytes) => (n++ === 5 ? undefined : send(bytes));
    for (let i = 0; i < 20; i++) {
      onFrame(frame(1, i));
      onFrame(frame(0, i));
      await vi.advanceTimersByTimeAsync(20);
    }
    expect(relay.heard).toHaveLength(40);
    expect(relay.heard[0]).toMatchObject({ publication: 77, layer: 0, time: 0 });
    expect(relay.line.receiver.totals.datagrams - before).toBeLessThanOrEqual(22);
    expect(relay.line.receiver.totals.recovered).toBe(1);
  });

  test("what comes is played, but not one's own", async () => {
    await join();
    const now = performance.now();
    const other = { publication: 5, layer: 1, sequence: 0, time: 0, level: 9, payload: Uint8Array.of(0x48, 1) };
    relay.line.send([other, { ...other, publication: 77 }], now);
    expect(player.push).toHaveBeenCalledOnce();
    expect(player.push).toHaveBeenCalledWith(other, now);
    onSound();
    expect(of("sound")).toHaveLength(1);
  });

  test("levels of others and of one's own voice, and once that nobody is heard", async () => {
    await join();
    player.levels.mockImplementation(() => [[5, -20]]);
    encoder.level = -30;
    await vi.advanceTimersByTimeAsync(300);
    expect(of("levels").length).toBeGreaterThanOrEqual(2);
    expect(of("levels")[0].levels).toEqual([
      [5, -20],
      [77, -30],
    ]);
    media.take({ type: "mute", muted: true });
    player.levels.mockImplementation(() => []);
    posted = [];
    await vi.advanceTimersByTimeAsync(1000);
    expect(of("levels")).toEqual([{ type: "levels", levels: [] }]);
    expect(encoder.setMuted).toHaveBeenLastCalledWith(true);
    expect(relay.told.at(-1)).toEqual({ type: "mute", muted: true });
  });

  test("the line is reported every second", async () => {
    await join();
    await vi.advanceTimersByTimeAsync(5100);
    expect(of("line")).toHaveLength(5);
    expect(of("line")[4].line).toMatchObject({ lossDown: 0, transport: "webtransport" });
    expect(of("line")[4].line.silentFor).toBeGreaterThan(1);
  });
});

test("pictures have a way of their own beside the voice", async () => {
  await join();
  const { port1, port2 } = new MessageChannel();
  const said: FromLine[] = [];
  const answers = (n: number) => vi.waitFor(() => expect(said.length).toBeGreaterThanOrEqual(n));
  vi.useRealTimers();
  port2.onmessage = ({ data }: MessageEvent<FromLine>) => said.push(data);
  media.take({ type: "pictures", port: port1 });
  await answers(3);
  expect(said.map(({ type }) => type)).toEqual(["line", "clocks", "plan"]);
  relay.events.datagram(Uint8Array.of(0xf8, 1));
  relay.say({ type: "stored", hash: "h" });
  relay.say({ type: "plan", ...plan, video: { rate: 9 } });
  relay.say({ ...welcome, publication: 78 });
  await answers(8);
  expect(said.slice(3).map(({ type }) => type)).toEqual(["came", "told", "plan", "line", "clocks", "plan"]);
  expect(media.line?.receiver.totals.dropped).toBe(0);
  const sent = vi.spyOn(relay, "send");
  port2.postMessage({ type: "send", line: 1, bytes: Uint8Array.of(0xf8, 2) });
  port2.postMessage({ type: "tell", message: { type: "point" } });
  await vi.waitFor(() => expect(relay.told.at(-1)).toEqual({ type: "point" }));
  expect(sent.mock.calls.map(([bytes]) => [...bytes])).toContainEqual([0xf8, 2]);
  port2.close();
});

test("a lost session is followed by another on the same line", async () => {
  await join();
  onFrame(frame(1, 0));
  await vi.advanceTimersByTimeAsync(20);
  relay.events.closed();
  await vi.advanceTimersByTimeAsync(50);
  expect(of("state").map((m) => m.state)).toEqual(["connecting", "joined", "reconnecting", "joined"]);
  expect(of("welcome")).toHaveLength(2);
  expect(encoder.restart).toHaveBeenCalledOnce();
  onFrame(frame(1, 1));
  await vi.advanceTimersByTimeAsync(20);
  expect(relay.heard.map(({ time }) => time)).toEqual([0, 960]);
  expect(relay.line.receiver.totals).toMatchObject({ lost: 0, dropped: 0 });
});

test("a line that the relay forgot is followed by a new one, and its frames go there", async () => {
  await join();
  relay.forgot = true;
  relay.events.closed();
  relay.line = new Line({ ready: true, send: (bytes) => relay.events.datagram(bytes) }, performance.now());
  await vi.advanceTimersByTimeAsync(50);
  expect(of("state").map((m) => m.state)).toEqual(["connecting", "joined", "reconnecting", "joined"]);
  expect(encoder.restart).toHaveBeenCalledTimes(2);
  onFrame(frame(1, 0));
  await vi.advanceTimersByTimeAsync(20);
  expect(relay.heard).toHaveLength(1);
});

test("playout holds the budget that the relay announces, and the page learns what it holds", async () => {
  await join();
  expect(player.setBudget).toHaveBeenLastCalledWith(0);
  relay.say({ type: "plan", ...plan, listen: { budget: 400 } });
  expect(player.setBudget).toHaveBeenLastCalledWith(400);
  await vi.advanceTimersByTimeAsync(1100);
  expect(of("line").at(-1)?.line.delay).toBe(57);
});

test("who is muted leaves no noise behind", async () => {
  await join();
  const seat = "00000009";
  relay.say({ type: "event", n: 8, ms: 1, kind: "muted", seat, body: { muted: true } });
  relay.say({ type: "event", n: 9, ms: 2, kind: "muted", seat });
  relay.say({ type: "event", n: 10, ms: 2, kind: "back", seat, body: { name: "Bình", publication: 10 } });
  relay.say({ type: "event", n: 11, ms: 3, kind: "silenced", seat });
  expect(player.hush.mock.calls).toEqual([[9], [10]]);
});

test("events reach the page, and who left is forgotten", async () => {
  await join();
  const joined = { n: 8, ms: 1, kind: "joined", seat: "0000000b", body: { name: "Cả", publication: 11 } };
  const left = { n: 9, ms: 2, kind: "left", seat: "0000000b" };
  relay.say({ type: "event", ...joined });
  relay.say({ type: "event", ...left });
  relay.say({ type: "deck", seat: "00000009", video: true });
  relay.say({ type: "error", code: "refused", vi: "v", en: "e" });
  expect(posted.slice(-4)).toEqual([
    { type: "event", ...joined },
    { type: "event", ...left },
    { type: "deck", seat: "00000009", video: true },
    { type: "error", error: { code: "refused", vi: "v", en: "e" } },
  ]);
  expect(player.remove).toHaveBeenCalledWith(11);
});

describe("commands", () => {
  const raise = { type: "do", id: "a-1", act: "raise" } as const;
  const told = () => relay.told.filter((m) => m.type === "do");

  test("are answered once", async () => {
    await join();
    media.take(raise);
    relay.say({ type: "done", id: "a-1", n: 8 });
    relay.say({ type: "done", id: "a-1", n: 8 });
    relay.say({ type: "refused", id: "b", code: "not-yours", vi: "v", en: "e" });
    expect(told()).toEqual([raise]);
    expect(of("done")).toEqual([{ type: "done", id: "a-1", n: 8 }]);
    expect(of("refused")).toEqual([]);
  });

  test("are given again under the same id until they are answered", async () => {
    await join();
    media.take(raise);
    media.take({ type: "do", id: "a-2", act: "say", to: "all", text: "Alô" });
    relay.say({ type: "done", id: "a-1" });
    relay.events.closed();
    await vi.advanceTimersByTimeAsync(4000);
    const [first, ...later] = told().map(({ id }) => id);
    expect(first).toBe("a-1");
    expect(later.length).toBeGreaterThan(1);
    expect(new Set(later)).toEqual(new Set(["a-2"]));
    relay.say({ type: "refused", id: "a-2", code: "closed", vi: "v", en: "e" });
    expect(of("refused")).toEqual([{ type: "refused", id: "a-2", code: "closed", vi: "v", en: "e" }]);
  });
});

test("a session that comes back says how far the meeting is known", async () => {
  await join();
  relay.say({ type: "event", n: 12, ms: 1, kind: "writer", body: { epoch: 3 } });
  relay.say({ type: "event", n: 13, ms: 1, kind: "opened" });
  relay.events.closed();
  await vi.advanceTimersByTimeAsync(4000);
  expect(relay.told.find(({ type }) => type === "attach")).toMatchObject({ cursor: "3.13" });
});

test("an enrolled site proves each hello anew", async () => {
  vi.useRealTimers();
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
    "sign",
    "verify",
  ]);
  relay.forgot = true;
  media.take({
    type: "join",
    meeting: "abc-def-ghj",
    name: "An",
    muted: false,
    listen: false,
    relays: [{ url: "https://a/wt", hashes: [] }],
    pass: "v4.public.x",
    key: privateKey,
  });
  const hellos = () => relay.told.filter((m) => m.type === "hello");
  await vi.waitFor(() => expect(hellos()).toHaveLength(1), 5000);
  const [{ pass, line = "", proof = "" }] = hellos();
  expect(pass).toBe("v4.public.x");
  expect(line).toMatch(/^[\w-]{22}$/);
  const signature = Uint8Array.from(Buffer.from(proof, "base64url"));
  const words = new TextEncoder().encode(`diemcau proof\nabc-def-ghj\n${line}`);
  expect(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, signature, words)).toBe(true);
  relay.events.closed();
  await vi.waitFor(() => expect(hellos()).toHaveLength(2), 10_000);
  expect(hellos()[1].line).not.toBe(line);
}, 20_000);

test("the page is told how the line above a site is", async () => {
  await join();
  relay.say({ type: "upstream", up: false, site: "Xã Na", code: "upstream-away", vi: "v", en: "e" });
  const upstream = { up: false, site: "Xã Na", code: "upstream-away", vi: "v", en: "e" };
  expect(posted.at(-1)).toEqual({ type: "upstream", upstream });
});

test("ports go to the codec, leaving says goodbye", async () => {
  const { port1, port2 } = new MessageChannel();
  media.take({ type: "ports", capture: port1, playout: port2 });
  expect(encoder.connect.mock.calls[0][0]).toBe(port1);
  expect(player.connect.mock.calls[0][0]).toBe(port2);
  port1.close();
  await join();
  media.take({ type: "leave" });
  expect(relay.told.at(-1)).toEqual({ type: "bye" });
  expect(encoder.close).toHaveBeenCalled();
});

describe("outbox", () => {
  test("waits for the other layer, but not long, and keeps the order", async () => {
    const sent: VoiceFrame[][] = [];
    const outbox = new Outbox((frames) => sent.push(frames));
    outbox.layers = 2;
    for (let i = 0; i < 4; i++) outbox.push(frame(1, i));
    expect(sent).toEqual([]);
    outbox.push(frame(0, 0));
    expect(sent.map((g) => g.length)).toEqual([2]);
    await vi.advanceTimersByTimeAsync(11);
    expect(sent.map((g) => g.map((f) => f.sequence))).toEqual([[0, 0], [1], [2], [3]]);
    outbox.push(frame(1, 9));
    outbox.clear();
    await vi.advanceTimersByTimeAsync(50);
    expect(sent).toHaveLength(4);
    outbox.layers = 1;
    outbox.push(frame(1, 10));
    expect(sent).toHaveLength(5);
  });

  test("puts as many stretches into a datagram as the plan says, and does not wait for what does not come", async () => {
    const sent: VoiceFrame[][] = [];
    const outbox = new Outbox((frames) => sent.push(frames));
    outbox.layers = 2;
    outbox.stretches = 2;
    for (let i = 0; i < 4; i++) for (const layer of [1, 0] as const) outbox.push(frame(layer, i));
    expect(sent.map((g) => g.map((f) => [f.layer, f.sequence]))).toEqual([
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
      [
        [0, 2],
        [0, 3],
        [1, 2],
        [1, 3],
      ],
    ]);
    outbox.push(frame(1, 4));
    outbox.push(frame(0, 4));
    await vi.advanceTimersByTimeAsync(54);
    expect(sent).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2);
    expect(sent[2]).toHaveLength(2);
  });
});
