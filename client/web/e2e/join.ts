// How long after its navigation a page is heard or hears, when everything goes over a bad line, TCP too. It has been here before: its service worker has the page.

import type { Browser, Page } from "playwright-core";
import { tapped } from "./browser";
import { Line, type Relay } from "./relay";
import { address, type Side } from "./scene";

const joins = Number(process.env.JOINS ?? 10);
const patience = 40_000; // ms
const audible = 0.03;

/** ms from navigation to the first sound of each join; null: none in 40 s. */
export async function firstSounds(
  relay: Relay,
  room: Browser,
  hall: Browser,
  side: Side,
  loss: number,
): Promise<(number | null)[]> {
  const line = await Line.start(relay, 11);
  const code = await relay.meeting();
  const other = await tapped(side === "listener" ? room : hall);
  await other.goto(address(relay.base, code, "Người kia"));
  const home = await (side === "listener" ? hall : room).newContext({ bypassCSP: true });
  const out: (number | null)[] = [];
  try {
    const first = await tapped(home);
    await first.goto(address(line.base, code, "Ở xa"));
    await first.waitForFunction(() => navigator.serviceWorker.controller, null, { timeout: 60_000 });
    await kept(first);
    await first.close();
    await other.waitForTimeout(5000); // the one who left is silent
    await line.set({ rate: 256, delay: "75ms", loss });
    await line.badTCP(true);
    for (let i = 0; i < joins; i++) {
      const page = await tapped(home);
      const began = Date.now();
      // One that does not even begin is none that is heard.
      await page.goto(address(line.base, code, "Ở xa"), { waitUntil: "commit", timeout: patience }).catch(() => null);
      const ear = side === "listener" ? page : other;
      const heard = ear.waitForFunction(sounds, [began, audible] as const, { timeout: patience, polling: 50 });
      const at = (await heard.then((h) => h.jsonValue()).catch(() => null)) as number | null;
      out.push(at && at - began);
      await page.close();
      await other.waitForTimeout(1500 + Math.random() * 2000);
    }
    return out;
  } finally {
    await home.close();
    await other.close();
    await line.end();
  }
}

/** Waits until the page is kept. A condition that takes time to answer is none for waitForFunction: a promise is true. */
async function kept(page: Page): Promise<void> {
  const whole = async () => (await caches.match("/bundle.json", { cacheName: "diemcau" })) !== undefined;
  for (const until = Date.now() + 60_000; !(await page.evaluate(whole)); await page.waitForTimeout(200)) {
    if (Date.now() > until) throw new Error("the page is not kept");
  }
}

/** The wall clock at which the loudspeaker first played something loud after a moment, 0: not yet. Runs in the page. */
function sounds([began, audible]: readonly [number, number]): number {
  const tap = (globalThis as unknown as { __taps: Record<string, { parts: Float32Array[]; arrived: number[] }> }).__taps
    .loudspeaker;
  for (const [i, part] of (tap?.parts ?? []).entries()) {
    const from = (tap?.arrived[i] ?? 0) - part.length / 48;
    if (from < began) continue;
    const at = part.findIndex((sample) => Math.abs(sample) > audible);
    if (at >= 0) return from + at / 48;
  }
  return 0;
}
