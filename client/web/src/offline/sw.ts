// The service worker: gives the page out of the cache, so that a later visit needs no TCP. It decides nothing: the media worker fills the cache
// (store.ts). All else goes to the network as if it were not there.
//
// It imports nothing: browsers fetch it by themselves, as one script. How to call it back is written in DESIGN.md.

const worker = self as unknown as ServiceWorkerGlobalScope;
const cacheName = "diemcau";

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  const page = request.mode === "navigate" && /^\/(m\/[^/]+)?$/.test(pathname);
  if (page && searchParams.has("fresh")) event.respondWith(anew(request));
  else if (page) event.respondWith(kept("/", request));
  else if (pathname.startsWith("/assets/")) event.respondWith(kept(pathname, request));
});

/** What is kept under a path; what is not, or not any more, comes from the network. */
async function kept(path: string, request: Request): Promise<Response> {
  const found = await caches.match(path, { cacheName }).catch(() => undefined);
  return found ?? fetch(request);
}

/** The page as the server has it. What was kept is forgotten. */
async function anew(request: Request): Promise<Response> {
  const answer = await fetch(request);
  await caches.delete(cacheName);
  return answer;
}

export type {}; // a module to the compiler alone
