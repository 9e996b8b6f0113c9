import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeCaches, pageOf } from "./twins.test-util";

const origin = "https://hop.example.vn";

interface Ask {
  path: string;
  mode?: string;
  method?: string;
}

let cached: FakeCaches;
let network: ((path: string) => Response) | undefined; // undefined: there is none
let asked: string[];
let listeners: Record<string, (event: unknown) => void>;
let worker: { skipWaiting: ReturnType<typeof vi.fn>; clients: { claim: ReturnType<typeof vi.fn> } };

beforeEach(async () => {
  vi.resetModules();
  cached = new FakeCaches();
  asked = [];
  listeners = {};
  network = (path) => new Response(`${path} from the network`);
  worker = { skipWaiting: vi.fn(), clients: { claim: vi.fn(async () => undefined) } };
  vi.stubGlobal("self", {
    ...worker,
    location: { origin },
    addEventListener: (type: string, listener: (event: unknown) => void) => {
      listeners[type] = listener;
    },
  });
  vi.stubGlobal("caches", cached);
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    const path = url.replace(origin, "");
    asked.push(path);
    if (!network) throw new TypeError("no network");
    return network(path);
  });
  await import("./sw");
});

/** Keeps a page as the media worker does. */
async function keep(): Promise<void> {
  const cache = await cached.open("diemcau");
  await cache.put("/", new Response("kept page"));
  for (const name of ["assets/app-1.js", "assets/worker-2.js"])
    await cache.put(`/${name}`, new Response(`kept ${name}`));
  await cache.put("/bundle.json", new Response("kept manifest"));
}

/** What the page gets, undefined if the service worker leaves the request to the browser. */
async function ask({ path, mode = "navigate", method = "GET" }: Ask): Promise<string | undefined> {
  let answer: Promise<Response> | undefined;
  const request = { url: path.startsWith("http") ? path : origin + path, mode, method };
  listeners.fetch({ request, respondWith: (response: Promise<Response>) => (answer = response) });
  return answer && (await answer).text();
}

describe("a kept page", () => {
  beforeEach(keep);

  it.each(["/", "/?lang=en", "/m/abc-def-ghj", "/m/abc-def-ghj?name=X%C3%A3&join=1"])(
    "is given out for %s without network",
    async (path) => {
      network = undefined;
      expect(await ask({ path })).toBe("kept page");
      expect(asked).toEqual([]);
    },
  );

  it("is given out with scripts and workers", async () => {
    network = undefined;
    expect(await ask({ path: "/assets/app-1.js", mode: "cors" })).toBe("kept assets/app-1.js");
    expect(await ask({ path: "/assets/worker-2.js", mode: "same-origin" })).toBe("kept assets/worker-2.js");
    expect(asked).toEqual([]);
  });

  it.each<Ask>([
    { path: "/api/meetings/abc-def-ghj", mode: "cors" },
    { path: "/api/meetings", mode: "cors", method: "POST" },
    { path: "/healthz", mode: "no-cors" },
    { path: "/metrics" },
    { path: "/ca.crt" },
    { path: "/ws", mode: "websocket" },
    { path: "/bundle.json", mode: "cors" },
    { path: "/sw.js", mode: "same-origin" },
    { path: "/", mode: "cors" }, // the media worker asks for the page as the server has it
    { path: "/m/abc/def" },
    { path: "/m/" },
    { path: "/index.html" },
    ...["/setup", "/login", "/enrol", "/practice", "/office", "/office/meetings", "/invite/abc-def-ghj"].map(
      (path) => ({ path }),
    ),
    { path: "/", method: "POST" },
    { path: "https://other.example/", mode: "navigate" },
    { path: "https://other.example/assets/app-1.js", mode: "cors" },
  ])("leaves $method $mode $path to the network", async (request) => {
    expect(await ask(request)).toBeUndefined();
  });

  it("does not stand in the way of a file that is not kept", async () => {
    expect(await ask({ path: "/assets/new-9.js", mode: "cors" })).toBe("/assets/new-9.js from the network");
  });

  it("is forgotten for /?fresh, once the server has answered", async () => {
    network = undefined;
    await expect(ask({ path: "/m/abc-def-ghj?fresh" })).rejects.toThrow();
    expect(await ask({ path: "/" })).toBe("kept page");
    network = () => new Response("new page");
    expect(await ask({ path: "/m/abc-def-ghj?fresh" })).toBe("new page");
    expect(await cached.texts()).toEqual({});
  });
});

it("gives out nothing before a page is kept, or where storage fails", async () => {
  expect(await ask({ path: "/m/abc-def-ghj" })).toBe("/m/abc-def-ghj from the network");
  vi.stubGlobal("caches", { match: async () => Promise.reject(new Error("disk")) });
  expect(await ask({ path: "/" })).toBe("/ from the network");
});

it("is there at once, for pages that are open already", async () => {
  listeners.install({});
  expect(worker.skipWaiting).toHaveBeenCalledOnce();
  const waits: Promise<unknown>[] = [];
  listeners.activate({ waitUntil: (p: Promise<unknown>) => waits.push(p) });
  await Promise.all(waits);
  expect(worker.clients.claim).toHaveBeenCalledOnce();
});

it("finds what the store keeps", async () => {
  const { cacheName, Store } = await import("./store");
  const page = await pageOf({});
  const [index] = page.manifest.files;
  await new Store().keep(index, page.files[index.name], page.manifest);
  expect(await cached.texts(cacheName)).toEqual({ "/": "<!doctype html>" });
  network = undefined;
  expect(await ask({ path: "/" })).toBe("<!doctype html>");
});
