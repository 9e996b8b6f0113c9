// Whether the machine is idle enough to measure what takes place in real time.

import { cpus } from "node:os";

const look = 3000; // ms
const patience = 20_000; // ms

/** Waits until most of the machine is idle, or for twenty seconds; returns the share that was busy last. */
export async function calm(): Promise<number> {
  const until = Date.now() + patience;
  for (;;) {
    const work = busy();
    await new Promise((resolve) => setTimeout(resolve, look));
    const share = work();
    if (share < 0.55 || Date.now() > until) return share;
  }
}

/** Begins to count; what it returns tells the share of all processors' time that was busy since. */
export function busy(): () => number {
  const before = times();
  return () => {
    const after = times();
    return 1 - (after.idle - before.idle) / Math.max(after.all - before.all, 1);
  };
}

function times(): { idle: number; all: number } {
  let [idle, all] = [0, 0];
  for (const { times } of cpus()) {
    idle += times.idle;
    for (const time of Object.values(times)) all += time;
  }
  return { idle, all };
}
