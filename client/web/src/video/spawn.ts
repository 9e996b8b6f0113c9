import type { VideoWorker } from "../meeting/pictures";

/** Starts a video worker. */
export function spawn(): VideoWorker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "video" });
}
