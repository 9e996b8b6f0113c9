// What the page itself does so that it can be had without TCP; the rest is done in the media worker (offline.ts).

import type { FromWorker } from "../meeting/messages";
import type { spawn } from "../meeting/spawn";
import { cacheName } from "./store";

type MediaWorker = Pick<ReturnType<typeof spawn>, "postMessage" | "onmessage" | "onerror" | "terminate">;

const idle = 10_000; // ms
const patience = 90_000; // ms

/** Lets the browser give the page out of its cache from the next visit on. It resolves to false where that is not allowed. */
export async function allowKeeping(): Promise<boolean> {
  try {
    await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    return true;
  } catch {
    return false; // not a secure page, a certificate that is not trusted, a private window, or no TCP on a first visit
  }
}

/** What became of the kept page: another one, the same, one that is not whole, or the server did not answer. */
export type Renewal = Extract<FromWorker, { type: "renewed" }>["page"];

/** Fetches the page anew over HTTP, for the next visit. The worker is used for this alone, and ended. */
export async function renew(worker: MediaWorker): Promise<Renewal> {
  const renewal = await new Promise<Renewal>((resolve) => {
    setTimeout(resolve, patience, "unreachable");
    worker.onmessage = ({ data }) => data.type === "renewed" && resolve(data.page);
    worker.onerror = () => resolve("unreachable"); // not even the worker came
    worker.postMessage({ type: "renew" });
  });
  worker.terminate();
  return renewal;
}

/** Loads the page anew when the relay does not understand this one any more; false if the server has no other to give now. */
export async function recover(worker: MediaWorker): Promise<boolean> {
  const renewal = await renew(worker);
  if (renewal === "unreachable") return false; // this page at least tells what is wrong
  if (renewal !== "new") await forget();
  location.reload();
  return true;
}

async function forget(): Promise<void> {
  try {
    await caches.delete(cacheName);
  } catch {
    // forbidden: nothing is kept
  }
}

/** Renews a page that came out of the cache, once it has been idle for a while. Returns what calls that off. */
export function renewLater(spawn: () => MediaWorker): () => void {
  if (!navigator.serviceWorker?.controller) return () => undefined;
  const timer = setTimeout(() => void renew(spawn()), idle);
  return () => clearTimeout(timer);
}
