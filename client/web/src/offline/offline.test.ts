import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromWorker } from "../meeting/messages";
import { manifestName } from "./manifest";
import { Offline } from "./offline";
import { allowKeeping, recover, renew, renewLater } from "./page";
import { encode, FakeCaches, FakeSession, type Page, pageOf } from "./twins.test-util";

const code = "abc-def-ghj";
const relays = [{ url: "https://hop.example.vn/wt", hashes: ["old"] }];
const join = { type: "join", meeting: code, name: "Na", muted: false, listen: false, relays } as const;

let cached: FakeCaches;
let page: Page;
let posted: FromWorker[];
let http: Record<string, Uint8Array<ArrayBuffer>>;
let fetched: string[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  cached = new FakeCaches();
  page = await pageOf({ "assets/app-1.js": "script" });
  posted = [];
  http = {};
  fetched = [];
  vi.stubGlobal("caches", cached);
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", async (path: string, { cache }: RequestInit) => {
    if (cache === "only-if-cached") throw new TypeError("not there");
    fetched.push(path);
    if (!http[path]) throw new TypeError("no network");
    return new Response(http[path]);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function worker(): Offline {
  const offline = new Offline((message) => posted.push(message));
  expect(offline.take(join)).toBe(false);
  return offline;
}

const session = (files: Record<string, Uint8Array<ArrayBuffer>> = page.files) =>
  new FakeSession({ ...files, "hashes.json": encode('["now","next"]') });
const greeting = (build = page.build) => ({ build, relays: ["https://second.example.vn/wt"], meeting: { code } });

/** Lets time pass until something is so; what the machine does meanwhile takes real time. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await pass(100);
}

/** Lets so many ms pass, and all that begins then go on as far as it can. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await new Promise((resolve) => setImmediate(resolve));
}

/** Lets ten seconds pass. */
async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await pass(100);
}

const kept = (offline: Offline) => until(() => offline.build === page.build);

describe("after the welcome", () => {
  it("the relay's certificates are learnt, for all relays", async () => {
    const s = session();
    worker().welcome(greeting(), s);
    await until(() => posted.length > 0);
    await settle();
    const hashes = ["now", "next"];
    expect(posted).toEqual([
      {
        type: "relays",
        relays: [
          { url: "https://hop.example.vn/wt", hashes },
          { url: "https://second.example.vn/wt", hashes },
        ],
      },
    ]);
    expect(s.asked.map(({ name }) => name)).toEqual(["hashes.json"]); // nobody could give the page out
  });

  it("the voice goes first", async () => {
    const s = session();
    worker().welcome(greeting(), s);
    await vi.advanceTimersByTimeAsync(4900);
    expect(s.asked).toEqual([]);
  });

  it("the page is kept, where there is a service worker", async () => {
    const offline = worker();
    expect(offline.take({ type: "keep" })).toBe(true);
    offline.welcome(greeting(), session());
    await kept(offline);
    expect(await cached.texts()).toMatchObject({ "/": "<!doctype html>", "/assets/app-1.js": "script" });
    expect(fetched).toEqual([]);
    const next = worker();
    const s = session();
    next.take({ type: "keep" });
    next.welcome(greeting(), s);
    await until(() => next.build === page.build && s.asked.length > 0);
    await settle();
    expect(s.asked.map(({ name }) => name)).toEqual(["hashes.json"]);
  });

  it("it may be allowed later than the welcome", async () => {
    const offline = worker();
    offline.welcome(greeting(), session());
    await settle();
    offline.take({ type: "keep" });
    await kept(offline);
  });

  it("a download goes on in the next session", async () => {
    const offline = worker();
    const first = session();
    first.breaks["assets/app-1.js"] = 12;
    offline.take({ type: "keep" });
    offline.welcome(greeting(), first);
    await settle();
    await until(() => Object.keys(first.breaks).length === 0);
    expect(offline.build).toBeUndefined();
    const second = session();
    offline.welcome(greeting(), second);
    await kept(offline);
    expect(second.asked.map(({ name }) => name)).toEqual([manifestName, "assets/app-1.js", "index.html"]);
    expect(second.asked[1].from).toBe(12);
  });

  it("a session that hangs is left for the next", async () => {
    const offline = worker();
    const first = session();
    first.hang.add("hashes.json");
    offline.take({ type: "keep" });
    offline.welcome(greeting(), first);
    await settle();
    offline.welcome(greeting(), session());
    await kept(offline);
  });

  it("a bad page is tried again a few times, and never kept", async () => {
    const offline = worker();
    const s = session({ ...page.files, "index.html": encode("<!doctype hack>") });
    offline.take({ type: "keep" });
    offline.welcome(greeting(), s);
    const tries = () => s.asked.filter(({ name }) => name === "index.html");
    await until(() => tries().length === 3);
    for (let i = 0; i < 10; i++) await settle();
    expect(tries()).toHaveLength(3);
    expect(offline.build).toBeUndefined();
    expect(await cached.texts()).not.toHaveProperty("/");
  });

  it("over a WebSocket all comes by HTTP", async () => {
    http = {
      "/": page.files["index.html"],
      "/assets/app-1.js": encode("script"),
      "/bundle.json": page.files[manifestName],
    };
    http[`/api/meetings/${code}`] = encode(JSON.stringify({ code, title: "", relays }));
    const offline = worker();
    offline.take({ type: "keep" });
    offline.welcome(greeting(), {});
    await kept(offline); // hashes are made on other threads
    await settle();
    expect(posted).toEqual([{ type: "relays", relays }]);
  });
});

/** A media worker with an Offline in it. */
function mediaWorker() {
  const w = {
    onmessage: null as ((event: MessageEvent<FromWorker>) => void) | null,
    onerror: null as ((event: ErrorEvent) => void) | null,
    terminate: vi.fn(),
    postMessage: (message: { type: string }) => void offline.take(message as { type: "renew" }),
  };
  const offline = new Offline((data) => w.onmessage?.({ data } as MessageEvent<FromWorker>));
  return w;
}

describe("the page over HTTP", () => {
  const serve = (p: Page) => {
    http = { "/": p.files["index.html"], "/assets/app-1.js": encode("script"), "/bundle.json": p.files[manifestName] };
  };
  const renewed = async () => {
    const w = mediaWorker();
    const renewal = renew(w);
    await settle();
    expect(await renewal).toBeDefined();
    expect(w.terminate).toHaveBeenCalledOnce();
    return renewal;
  };

  it("is new, then the same", async () => {
    serve(page);
    expect(await renewed()).toBe("new");
    fetched = [];
    expect(await renewed()).toBe("same");
    expect(fetched).toEqual(["/bundle.json"]);
  });

  it("does not wait for a worker that did not come", async () => {
    const w = { ...mediaWorker(), postMessage: vi.fn() };
    const renewal = renew(w);
    w.onerror?.({} as ErrorEvent);
    expect(await renewal).toBe("unreachable");
  });

  it("is told to be bad, or the server to be silent", async () => {
    expect(await renewed()).toBe("unreachable");
    serve(page);
    http["/assets/app-1.js"] = encode("other");
    expect(await renewed()).toBe("bad");
    expect(await cached.texts()).not.toHaveProperty("/");
  });

  it("saves a page that the relay does not understand", async () => {
    const reload = vi.fn();
    vi.stubGlobal("location", { reload });
    const recovered = async () => {
      const done = recover(mediaWorker());
      await settle();
      return done;
    };
    expect(await recovered()).toBe(false);
    expect(reload).not.toHaveBeenCalled();
    serve(page);
    expect(await recovered()).toBe(true);
    expect(await cached.texts()).toHaveProperty("/");
    expect(await recovered()).toBe(true); // the same again: better none than this one
    expect(await cached.texts()).toEqual({});
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it("is asked for by a page from the cache, when it is idle", async () => {
    const spawn = vi.fn(mediaWorker);
    expect(renewLater(spawn)()).toBeUndefined();
    vi.stubGlobal("navigator", { serviceWorker: { controller: {} } });
    renewLater(spawn)();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(spawn).not.toHaveBeenCalled();
    renewLater(spawn);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(spawn).toHaveBeenCalledOnce();
  });
});

describe("keeping", () => {
  it("is a matter of the browser", async () => {
    expect(await allowKeeping()).toBe(false); // an insecure page
    const register = vi.fn();
    vi.stubGlobal("navigator", { serviceWorker: { register } });
    expect(await allowKeeping()).toBe(true);
    expect(register).toHaveBeenCalledExactlyOnceWith("/sw.js", { updateViaCache: "none" });
    register.mockRejectedValue(new Error("the certificate is not trusted"));
    expect(await allowKeeping()).toBe(false);
  });

  it("is done by one tab at a time", async () => {
    const request = vi.fn(async (_name: string, _options: unknown, work: (lock: unknown) => unknown) => work(null));
    vi.stubGlobal("navigator", { locks: { request } });
    const offline = worker();
    offline.take({ type: "keep" });
    offline.welcome(greeting(), session());
    await until(() => request.mock.calls.length > 0);
    await settle();
    expect(request).toHaveBeenCalledExactlyOnceWith("diemcau.page", { ifAvailable: true }, expect.any(Function));
    expect(await cached.texts()).toEqual({});
  });
});
