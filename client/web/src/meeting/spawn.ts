import type { MediaWorker } from "./call";

/** Starts a media worker. Its code may not come over the line: then its onerror gets an event without a message. */
export function spawn(): MediaWorker & { onerror: ((event: ErrorEvent) => void) | null } {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "media" });
}
