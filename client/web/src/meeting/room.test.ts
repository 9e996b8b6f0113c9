import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromWorker, ToWorker } from "./messages";
import { isFinal, Room } from "./room";
import { readRoute } from "./route";

// The page's sound needs a browser; what Room asks of it is recorded here.
const sound = vi.hoisted(() => ({
  failures: 0,
  microphones: 1,
  opened: [] as (string | undefined)[],
  muted: [] as boolean[],
  closed: 0,
}));
vi.mock("../codec/audio", () => ({
  AudioEngine: class {
    start = async () => {
      if (sound.failures-- > 0) throw new Error("no worklet");
    };
    openMicrophone = async (device?: string) => void sound.opened.push(device);
    closeMicrophone = () => void sound.closed++;
    devices = async () => ({ microphones: Array(sound.microphones).fill({}), speakers: [] });
    setMuted = (muted: boolean) => void sound.muted.push(muted);
    ports = () => ({ capture: new MessageChannel().port1, playout: new MessageChannel().port1 });
    close = () => {};
  },
}));

const offline = vi.hoisted(() => ({ allowed: false, recovers: false, recovered: 0 }));
vi.mock("../offline/page", () => ({
  allowKeeping: async () => offline.allowed,
  recover: async () => {
    offline.recovered++;
    return offline.recovers;
  },
}));

const code = "abc-def-ghj";
const hash = (letter: string) => `${letter.repeat(43)}=`;
const meeting = {
  code,
  title: "Giao ban",
  relays: [{ url: "https://hop.example.vn:8080/wt", hashes: [hash("a"), hash("b")] }],
};

/** Every media worker that the page started, oldest first. */
let workers: Script[];

class Script {
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  told: ToWorker[] = [];
  terminated = false;

  constructor() {
    workers.push(this);
  }
  postMessage(message: ToWorker): void {
    this.told.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  get join() {
    return this.told.find((m) => m.type === "join");
  }
  say(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }
  welcome(token: string): void {
    this.say({ type: "welcome", you: "s1", publication: 1, token, title: "Giao ban", code, ms: 0, events: [] });
  }
  end(reason: string): void {
    this.say({ type: "ended", reason: { code: reason, vi: "…", en: "…" } });
  }
}

let answers: (() => Response | Promise<Response>)[]; // of the server; the last one stays

const json = (status: number, body: unknown) => () => new Response(JSON.stringify(body), { status });

function items() {
  const kept = new Map<string, string>();
  return {
    getItem: (k: string) => kept.get(k) ?? null,
    setItem: (k: string, v: string) => void kept.set(k, v),
    removeItem: (k: string) => void kept.delete(k),
  };
}

/** Opens the page at this address and lets it settle. */
async function open(query = ""): Promise<Room> {
  const room = new Room(readRoute(new URL(`https://hop.example.vn/m/${code}${query}`)));
  await room.find();
  return room;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  workers = [];
  answers = [json(200, meeting)];
  Object.assign(sound, { failures: 0, microphones: 1, opened: [], muted: [], closed: 0 });
  Object.assign(offline, { allowed: false, recovers: false, recovered: 0 });
  vi.stubGlobal("fetch", async () => (answers.length > 1 ? answers.shift() : answers[0])?.());
  vi.stubGlobal("Worker", Script);
  vi.stubGlobal("isSecureContext", true);
  for (const name of ["AudioEncoder", "AudioDecoder", "AudioWorkletNode"]) vi.stubGlobal(name, class {});
  vi.stubGlobal("navigator", { permissions: { query: async () => ({ state: "prompt" }) } });
  vi.stubGlobal("sessionStorage", items());
  vi.stubGlobal("localStorage", items());
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("finding a meeting", () => {
  it("prepares in the lobby", async () => {
    const room = await open();
    expect(room.stage.value).toEqual({ at: "lobby", meeting });
    expect(sound.opened).toEqual([undefined]);
    expect(workers[0].told).toEqual([]);
  });

  it("goes straight in when the address says so, with a name", async () => {
    const room = await open("?name=Xã%20Na&join=1&muted=1");
    expect(room.stage.value.at).toBe("call");
    expect(workers[0].join).toMatchObject({
      meeting: code,
      name: "Xã Na",
      muted: true,
      listen: false,
      relays: meeting.relays,
    });
    expect(sound.opened).toHaveLength(1);
    expect((await open("?join=1")).stage.value.at).toBe("lobby");
  });

  it("listens at once where there is no microphone", async () => {
    sound.microphones = 0;
    await open("?name=Na&join=1");
    expect(workers[0].join).toMatchObject({ listen: true });
    expect(sound.opened).toEqual([]);
  });

  it("shows the server's refusal and leaves it at that", async () => {
    answers = [json(404, { code: "meeting-unknown", vi: "Không có.", en: "None." })];
    const room = await open();
    expect(room.stage.value).toMatchObject({ at: "trouble", trouble: { vi: "Không có." } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("tries again by itself while the server does not answer", async () => {
    answers = [() => Promise.reject(new TypeError("down")), json(502, {}), json(200, meeting)];
    const room = await open("?name=Na&join=1");
    expect(room.stage.value).toEqual({ at: "trouble", trouble: "no-server" });
    await vi.advanceTimersByTimeAsync(3000);
    expect(room.stage.value).toEqual({ at: "trouble", trouble: "no-server" });
    await vi.advanceTimersByTimeAsync(3000);
    expect(room.stage.value.at).toBe("call");
  });

  it("tries again when a worklet or the worker did not come over the line", async () => {
    sound.failures = 1;
    const room = await open("?name=Na&join=1");
    expect(room.stage.value).toEqual({ at: "trouble", trouble: "no-server" });
    await vi.advanceTimersByTimeAsync(3000);
    expect(room.stage.value.at).toBe("call");
    workers[0].onerror?.({ message: "TypeError in the worker" });
    expect(room.stage.value.at).toBe("call");
    workers[0].onerror?.({});
    expect(room.stage.value).toEqual({ at: "trouble", trouble: "no-server" });
    expect(workers[0].terminated).toBe(true);
    await vi.advanceTimersByTimeAsync(3000);
    expect(workers[1].join).toMatchObject({ name: "Na" });
  });

  it("says what the browser lacks before it asks the server", async () => {
    answers = [];
    vi.stubGlobal("isSecureContext", false);
    expect((await open()).stage.value).toEqual({ at: "trouble", trouble: "insecure" });
    vi.stubGlobal("isSecureContext", true);
    Reflect.deleteProperty(globalThis, "AudioDecoder");
    expect((await open()).stage.value).toEqual({ at: "trouble", trouble: "old-browser" });
  });

  it("does nothing more once it is closed", async () => {
    answers = [() => Promise.reject(new TypeError("down"))];
    const room = await open();
    room.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(workers[0].terminated).toBe(true);
  });
});

describe("a seat", () => {
  it("is taken again after a reload, with name and mute state", async () => {
    const before = await open("?name=Xã%20Na&join=1");
    workers[0].welcome("t1");
    if (before.stage.value.at === "call") before.stage.value.call.mic.choose(true);
    before.close();
    await open();
    expect(workers[1].join).toMatchObject({ name: "Xã Na", muted: true, token: "t1" });
  });

  it("is given up by leaving", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    room.leave();
    workers[0].end("relay-stopping");
    expect(room.stage.value).toEqual({ at: "left", meeting });
    expect(workers[0].told.at(-1)).toEqual({ type: "leave" });
    expect(sound.closed).toBe(1);
    await vi.advanceTimersByTimeAsync(500);
    expect(workers[0].terminated).toBe(true);
    expect((await open()).stage.value.at).toBe("lobby");
  });

  it("can be taken anew after leaving, without the lobby", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    room.leave();
    room.again();
    await vi.waitFor(() => expect(workers[1].join).toMatchObject({ name: "Na" }));
    expect(workers[1].join).not.toHaveProperty("token", "t1");
  });

  it("that has expired is replaced by a new one, once", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    workers[0].end("token-invalid");
    await vi.waitFor(() => expect(workers[1]?.join).toMatchObject({ name: "Na", token: undefined }));
    workers[1].end("token-invalid");
    expect(room.stage.value).toMatchObject({ at: "left", reason: { code: "token-invalid" } });
  });

  it("whose name is refused asks for another name", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].end("name-invalid");
    room.again();
    await vi.waitFor(() => expect(room.stage.value.at).toBe("lobby"));
  });
});

describe("a later visit", () => {
  const silent = () => Promise.reject(new TypeError("no TCP"));
  const refusal = (c: string) => json(404, { code: c, vi: "…", en: "…" });

  beforeEach(async () => {
    (await open()).close();
    workers = [];
    answers = [silent];
  });

  it("joins without asking the server", async () => {
    const room = await open("?name=Na&join=1");
    expect(room.stage.value.at).toBe("call");
    expect(workers[0].join).toMatchObject({ meeting: code, relays: meeting.relays });
    workers[0].welcome("t1");
    room.leave();
    expect(room.stage.value).toMatchObject({ at: "left", meeting });
  });

  it("dials what the last session told of the relays", async () => {
    const room = await open("?name=Na&join=1");
    const relays = [{ url: "https://hop.example.vn:8080/wt", hashes: [hash("b"), hash("c")] }];
    workers[0].say({ type: "relays", relays });
    room.close();
    await open("?name=Na&join=1");
    expect(workers[1].join).toMatchObject({ relays });
  });

  it("opens the lobby at once, and learns the title when the server answers", async () => {
    expect((await open()).stage.value).toEqual({ at: "lobby", meeting: { ...meeting, title: "" } });
    answers = [json(200, meeting)];
    const room = await open();
    await vi.waitFor(() => expect(room.stage.value).toEqual({ at: "lobby", meeting }));
  });

  it("hears in the lobby that there is no such meeting", async () => {
    answers = [refusal("meeting-unknown")];
    const room = await open();
    await vi.waitFor(() =>
      expect(room.stage.value).toMatchObject({ at: "trouble", trouble: { code: "meeting-unknown" } }),
    );
    await vi.waitFor(() => expect(sound.closed).toBe(1));
    answers = [refusal("too-many")];
    expect((await open()).stage.value.at).toBe("lobby");
  });

  it("asks the server when the call does not come about", async () => {
    const room = await open("?name=Na&join=1&muted=1");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(workers).toHaveLength(1);
    answers = [json(200, { ...meeting, relays: [{ ...meeting.relays[0], hashes: [hash("b"), hash("c")] }] })];
    await vi.advanceTimersByTimeAsync(15_000);
    expect(workers).toHaveLength(1); // its certificate is one that we know
    const moved = [{ url: "https://hop.example.vn:8080/wt", hashes: [hash("x")] }];
    answers = [json(200, { ...meeting, relays: moved })];
    await vi.advanceTimersByTimeAsync(15_000);
    expect(workers[0].terminated).toBe(true);
    expect(workers[1].join).toMatchObject({ name: "Na", muted: true, relays: moved });
    workers[1].welcome("t1");
    answers = [json(200, meeting)];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers).toHaveLength(2);
    room.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends a call that cannot come about", async () => {
    answers = [refusal("meeting-unknown")];
    const room = await open("?name=Na&join=1");
    await vi.advanceTimersByTimeAsync(15_000);
    expect(room.stage.value).toMatchObject({ at: "left", reason: { code: "meeting-unknown" } });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("at a site", () => {
  const away = json(503, { code: "no-upstream", vi: "…", en: "…" });
  const sitting = () => localStorage.getItem("diemcau.sitting");
  const upstream = { type: "upstream", upstream: { up: true } } as const;

  it("that cannot find a meeting yet, the page asks every few seconds", async () => {
    answers = [away];
    const room = await open("?name=Na&join=1");
    expect(room.stage.value).toMatchObject({ at: "trouble", trouble: { code: "no-upstream" } });
    await vi.advanceTimersByTimeAsync(3000);
    expect(room.stage.value.at).toBe("trouble");
    answers = [json(200, meeting)];
    await vi.advanceTimersByTimeAsync(3000);
    expect(room.stage.value.at).toBe("call");
  });

  it("that does not know the meeting of a later visit, it does the same", async () => {
    (await open()).close();
    answers = [away];
    const lobby = await open();
    await vi.waitFor(() => expect(lobby.stage.value.at).toBe("trouble"));
    const room = await open("?name=Na&join=1");
    expect(room.stage.value.at).toBe("call");
    workers.at(-1)?.end("meeting-unknown");
    await vi.waitFor(() => expect(room.stage.value.at).toBe("trouble"));
    answers = [json(200, meeting)];
    await vi.advanceTimersByTimeAsync(3000);
    expect([lobby.stage.value.at, room.stage.value.at]).toEqual(["lobby", "call"]);
    workers.at(-1)?.end("meeting-unknown");
    expect(room.stage.value.at).toBe("left"); // it was asked
  });

  it("the browser remembers where it sits, and where not", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    expect(sitting()).toBeNull();
    workers[0].say(upstream);
    expect(sitting()).toBe(`${code} {"name":"Na","muted":false,"token":"t1"}`);
    const { stage } = room;
    if (stage.value.at === "call") stage.value.call.mic.choose(true);
    expect(sitting()).toContain('"muted":true');
    room.leave();
    expect(sitting()).toBeNull();
  });

  it.each(["page", "relay"])("it forgets that when the %s ends the call", async (who) => {
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    workers[0].say(upstream);
    if (who === "page") room.close();
    else workers[0].end("replaced");
    expect(sitting()).toBeNull();
  });
});

describe("the page itself", () => {
  it("is kept fresh where the browser can give it out", async () => {
    offline.allowed = true;
    await open("?name=Na&join=1");
    expect(workers[0].told).toContainEqual({ type: "keep" });
    offline.allowed = false;
    await open("?name=Na&join=1");
    expect(workers[1].told).not.toContainEqual({ type: "keep" });
  });

  it("that the relay does not understand is loaded anew, once, for the same seat", async () => {
    offline.recovers = true;
    const room = await open("?name=Na&join=1");
    workers[0].welcome("t1");
    workers[0].end("protocol");
    await vi.waitFor(() => expect(offline.recovered).toBe(1));
    expect(room.stage.value).toEqual({ at: "finding" });
    await open();
    expect(workers.at(-1)?.join).toMatchObject({ token: "t1" });
    workers.at(-1)?.end("protocol");
    await Promise.resolve();
    expect(offline.recovered).toBe(1);
  });

  it("stays, with the relay's sentence, if there is no other to be had", async () => {
    const room = await open("?name=Na&join=1");
    workers[0].end("protocol");
    await vi.waitFor(() => expect(room.stage.value).toMatchObject({ at: "left", reason: { code: "protocol" } }));
  });
});

it("knows when trying again cannot help", () => {
  const sentence = (c: string) => ({ code: c, vi: "", en: "" });
  expect(["meeting-unknown", "code-malformed"].map((c) => isFinal(sentence(c)))).toEqual([true, true]);
  expect(isFinal("insecure")).toBe(true);
  expect([isFinal(sentence("too-many")), isFinal("no-server")]).toEqual([false, false]);
});
