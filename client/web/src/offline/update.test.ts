import { beforeEach, describe, expect, it, vi } from "vitest";
import { BadBundle, indexName, type Manifest, manifestName, readManifest } from "./manifest";
import { SessionSource } from "./source";
import { Store } from "./store";
import { encode, FakeCaches, FakeSession, type Page, pageOf } from "./twins.test-util";
import { update } from "./update";

let cached: FakeCaches;
let httpCache: Record<string, string>;
let store: Store;
let old: Page;
let next: Page;

beforeEach(async () => {
  cached = new FakeCaches();
  httpCache = {};
  vi.stubGlobal("caches", cached);
  vi.stubGlobal("fetch", async (path: string, { cache }: RequestInit) => {
    if (cache !== "only-if-cached" || !(path in httpCache)) throw new TypeError("no network");
    return new Response(httpCache[path]);
  });
  store = new Store();
  old = await pageOf({ [indexName]: "old page", "assets/app-1.js": "old script", "assets/same.css": "style" });
  next = await pageOf({ [indexName]: "new page", "assets/app-2.js": "new script", "assets/same.css": "style" });
  await fetchPage(old);
});

/** Lets a session bring a page, and returns what was asked of the relay. */
async function fetchPage(page: Page, session = new FakeSession(page.files), source = new SessionSource()) {
  source.use(session);
  const running = await store.manifest();
  await update(store, source, page.build, running);
  return session.asked.map(({ name, from }) => (from > 0 ? `${name} from ${from}` : name));
}

const oldTexts = () => ({
  "/": "old page",
  "/assets/app-1.js": "old script",
  "/assets/same.css": "style",
  "/bundle.json": new TextDecoder().decode(old.files[manifestName]),
});

describe("a new page", () => {
  it("comes inside the session, only what is new of it", async () => {
    expect(await cached.texts()).toEqual(oldTexts());
    expect(await fetchPage(next)).toEqual([manifestName, "assets/app-2.js", indexName]);
    expect(await store.build()).toBe(next.build);
    expect(await cached.texts()).toMatchObject({ "/": "new page", "/assets/app-2.js": "new script" });
  });

  it("leaves the files of the page that runs, until a later one comes", async () => {
    await fetchPage(next);
    expect(await cached.texts()).toHaveProperty(["/assets/app-1.js"], "old script");
    await fetchPage(await pageOf({ "assets/app-3.js": "third" }));
    expect(Object.keys(await cached.texts()).sort()).toEqual([
      "/",
      "/assets/app-2.js",
      "/assets/app-3.js",
      "/assets/same.css",
      "/bundle.json",
    ]);
  });

  it("is given out with its type and the headers of its manifest", async () => {
    const answer = await cached.match("/", { cacheName: "diemcau" });
    expect(answer?.headers.get("Content-Type")).toBe("text/html");
    expect(answer?.headers.get("Content-Security-Policy")).toBe("default-src 'none'");
  });

  it("takes what the browser has from an earlier visit, if it is the same", async () => {
    httpCache = { "/assets/app-2.js": "new script", "/": "another page" };
    expect(await fetchPage(next)).toEqual([manifestName, indexName]);
  });

  it("costs nothing when it is kept already", async () => {
    expect(await fetchPage(old)).toEqual([]);
  });
});

describe("a page that is not what its build promises", () => {
  const refused = async (page: Page, session = new FakeSession(page.files)) => {
    await expect(fetchPage(page, session)).rejects.toThrow(BadBundle);
    expect(await store.build()).toBe(old.build);
    expect(await cached.texts()).toMatchObject(oldTexts());
  };

  it("has another manifest", () => refused({ ...next, build: old.build.replace(/^./, "x") }));

  it.each(["assets/app-2.js", indexName])("has another %s", async (name) => {
    const forged = await pageOf({ [indexName]: "bad page", "assets/app-2.js": "bad script" });
    await refused(next, new FakeSession({ ...next.files, [name]: forged.files[name] }));
  });

  it("has a file that cannot be unpacked", async () => {
    const files = { ...next.files, "assets/app-2.js": next.files["assets/app-2.js"].slice() };
    files["assets/app-2.js"][12] ^= 0xff;
    await refused(next, new FakeSession(files));
  });

  it("has a file that is longer than promised", async () => {
    const files = { ...next.files, [indexName]: encode("new page and more") };
    await refused(next, new FakeSession(files));
  });

  it("has a manifest without end", async () => {
    await refused(next, new FakeSession({ [manifestName]: encode(" ".repeat(70_000)) }));
  });

  it("hides something huge in little", async () => {
    const huge = await pageOf({ "assets/bomb.js": "0".repeat(5 << 20) });
    expect(huge.files["assets/bomb.js"].length).toBeLessThan(20_000);
    await refused(huge);
  });
});

describe("a line that breaks", () => {
  const script = "assets/app-2.js";

  it("loses nothing that came before", async () => {
    const source = new SessionSource();
    const session = new FakeSession(next.files);
    session.breaks = { [script]: 8 };
    await expect(fetchPage(next, session, source)).rejects.toThrow("the line broke");
    expect(await store.build()).toBe(old.build);
    expect((await cached.texts())["/"]).toBe("old page");
    expect(await fetchPage(next, new FakeSession(next.files), source)).toEqual([
      manifestName,
      `${script} from 8`,
      indexName,
    ]);
    expect(await store.build()).toBe(next.build);
  });

  it("may break anywhere, and again and again", async () => {
    const source = new SessionSource();
    for (const name of [manifestName, script, indexName]) {
      for (let at = 4; at <= next.files[name].length; at += 4) {
        const session = new FakeSession(next.files);
        session.breaks = { [name]: at };
        await fetchPage(next, session, source).catch(() => undefined);
      }
      if (name !== indexName) expect((await cached.texts())["/"]).toBe("old page");
    }
    await fetchPage(next, undefined, source);
    expect(await cached.texts()).toMatchObject({ "/": "new page", [`/${script}`]: "new script" });
  });

  it("may end a file early as if that were all", async () => {
    const source = new SessionSource();
    const session = new FakeSession(next.files);
    session.ends = { [script]: 4 };
    await expect(fetchPage(next, session, source)).rejects.toThrow("early");
    session.ends = { [script]: 4 };
    await expect(fetchPage(next, session, source)).rejects.toThrow("early");
    expect(session.asked.at(-1)).toEqual({ name: script, from: 4 });
    expect(await fetchPage(next, undefined, source)).toContain(script); // nothing came any more: from the start
  });

  it("is given up when another session takes over", async () => {
    const source = new SessionSource();
    const dead = new FakeSession(next.files);
    dead.hang.add(script);
    const first = fetchPage(next, dead, source);
    await vi.waitFor(() => expect(dead.asked).toHaveLength(2));
    source.use(undefined);
    await expect(first).rejects.toThrow();
    await expect(source.manifest()).rejects.toThrow("no session");
  });
});

describe("a manifest", () => {
  const change = (change: (m: Manifest) => unknown) => {
    const manifest = structuredClone(next.manifest);
    const changed = change(manifest);
    return () => readManifest(encode(JSON.stringify(changed ?? manifest)));
  };
  const named = (name: unknown) => change((m) => void Object.assign(m.files[1], { name }));

  it("puts the page itself last", () => {
    const names = readManifest(next.files[manifestName]).files.map((file) => file.name);
    expect(names).toEqual(["assets/app-2.js", "assets/same.css", indexName]);
  });

  it.each([
    "",
    "/",
    "assets/",
    "assets/..",
    "assets/../index.html",
    "assets/.hidden",
    "assets/a/b.js",
    "/assets/a.js",
    "sw.js",
    "bundle.json",
    "api/meetings",
    "assets/a.js?x",
    "assets/a b.js",
    "assets/a.js\n",
    "https://evil.example/a.js",
    "assets\\a.js",
    "assets/%2e%2e",
    7,
    null,
    indexName,
  ])("names no file %j", (name) => {
    expect(named(name)).toThrow(BadBundle);
  });

  it.each<[string, (m: Manifest) => unknown]>([
    ["nothing", () => 0],
    ["no files", (m) => ({ headers: m.headers })],
    ["no headers", (m) => ({ files: m.files })],
    ["no page", (m) => void m.files.shift()],
    [
      "too many files",
      (m) => void m.files.push(...Array.from({ length: 64 }, (_, i) => ({ ...m.files[1], name: `assets/${i}` }))),
    ],
    ["a huge file", (m) => void Object.assign(m.files[1], { size: 1e9 })],
    ["half a byte", (m) => void Object.assign(m.files[1], { size: 0.5 })],
    ["no hash", (m) => void Object.assign(m.files[1], { sha256: undefined })],
    ["no type", (m) => void Object.assign(m.files[1], { type: undefined })],
    ["no file at all", (m) => void m.files.push(null as never)],
  ])("with %s is refused", (_, spoil) => {
    expect(change(spoil)).toThrow(BadBundle);
    expect(() => readManifest(encode("{"))).toThrow(BadBundle);
  });
});
