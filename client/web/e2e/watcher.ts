// What a page shows of others' pictures: every picture that is drawn is read for its number (clip/code.ts) as it is drawn, with its size.

import type { Page } from "playwright-core";
import { bundle } from "./bundle";
import { numbers } from "./clip/code";
import type * as Lab from "./clip/watch";
import { rate } from "./film";

export type { Seen, Sight } from "./clip/watch";

let script: Promise<string> | undefined;

/** Lets a page to come keep what it draws, and remember its cameras. */
export async function look(page: Page): Promise<void> {
  script ??= bundle("clip/watch.ts");
  await page.addInitScript(`${await script}\nlab.keep();\nlab.remember();`);
}

/** When the camera of the page takes which number: the moments of a film of so many pictures that is shown over and over. Asks the camera for two seconds. */
export async function filming(page: Page, pictures: number): Promise<(number: number, near: number) => number> {
  const sights = await page.evaluate(() => (globalThis as unknown as { lab: typeof Lab }).lab.sights(50));
  const [interval, round] = [1000 / rate, (1000 / rate) * pictures];
  const first = sights[0] ?? { number: 0, at: 0 };
  // The sight that was least delayed tells best.
  const began = Math.min(...sights.map(({ number, at }) => at - after(first.number, number, pictures) * interval));
  return (number, near) => {
    const at = began + after(first.number, number, pictures) * interval;
    return at + Math.floor((near - at) / round) * round;
  };
}

/** What the page has drawn since the last call. */
export function drawn(page: Page): Promise<Lab.Seen[]> {
  return page.evaluate(() => (globalThis as unknown as { lab: typeof Lab }).lab.take());
}

/** Lets the camera of a page end as one does that is unplugged. */
export const unplug = (page: Page) => page.evaluate(() => (globalThis as unknown as { lab: typeof Lab }).lab.unplug());

/** What pictures were like over some time. */
export interface Watched {
  fps: number; // different pictures a second
  frozen: number; // s a minute that a picture stood for more than half a second beyond its turn
  gap: number; // longest time without a new picture, ms
  height: number; // of most pictures
  wrong: number; // share of the pictures drawn whose number was not to be read
  back: number; // pictures that came after a later one
  delay: number | null; // median from camera to canvas, ms
}

/** How many numbers b is after a; numbers begin anew after so many. */
export const after = (a: number, b: number, of = numbers): number => ((b - a + of + of / 2) % of) - of / 2;

const still = 500; // ms: longer is a freeze where the layer sends 5 a second or more

/** Judges what a page has drawn of one publication between two moments, ms; taken tells when the camera took a number. */
export function judge(
  seen: Lab.Seen[],
  from: number,
  to: number,
  of: number,
  taken?: (number: number, near: number) => number,
): Watched {
  const within = seen.filter(({ at, slide }) => at >= from && at < to && !slide);
  const read = within.filter((s) => s.number !== undefined) as (Lab.Seen & { number: number })[];
  const fresh = read.filter((s, i) => i === 0 || s.number !== read[i - 1].number);
  const times = [from, ...fresh.map(({ at }) => at), to];
  const gaps = times.slice(1).map((at, i) => at - times[i]);
  const seconds = (to - from) / 1000;
  const delays = taken ? fresh.map(({ number, at }) => at - taken(number, at)).sort((a, b) => a - b) : [];
  const heights = within.map(({ height }) => height).sort((a, b) => a - b);
  return {
    fps: fresh.length / seconds,
    frozen: (gaps.filter((ms) => ms > still).reduce((all, ms) => all + ms, 0) / 1000 / seconds) * 60,
    gap: Math.max(...gaps),
    height: heights[heights.length >> 1] ?? 0,
    wrong: 1 - read.length / Math.max(within.length, 1),
    back: fresh.filter((s, i) => i > 0 && after(fresh[i - 1].number, s.number, of) < 0).length,
    delay: delays[delays.length >> 1] ?? null,
  };
}
