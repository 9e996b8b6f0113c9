// The people of a led meeting, each at a computer of their own: what they see, press and hear.

import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, expect } from "vitest";
import { violations } from "./axe";
import { heard, tapped } from "./browser";
import { type Clerk, clerk } from "./office";
import { out } from "./paths";
import { loudness } from "./sound";

/** The tests of this file tell one story: when one fails, those that follow fail at once. */
export function story(): void {
  let end: string | undefined;
  beforeEach(() => {
    if (end !== undefined) throw new Error(`the story ended with: ${end}`);
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") end ??= task.name;
  });
}

/** How long anything may take on a machine that is busy. */
export const patience = { timeout: 45_000 }; // ms

/** Somebody at a computer; context is its browser's profile, page what is open in it now. */
export interface Person extends Clerk {
  readonly name: string;
  readonly context: BrowserContext;
  page: Page;
}

/** Sits somebody down before an empty page that keeps every sound it plays. */
export async function person(browser: Browser, name: string, viewport = { width: 1366, height: 768 }): Promise<Person> {
  const context = await browser.newContext({ viewport, locale: "vi-VN", timezoneId: zone, bypassCSP: true });
  context.setDefaultTimeout(patience.timeout);
  const page = await tapped(context);
  return { name, context, page, ...clerk(page) };
}

/** Opens another page on somebody's computer, and closes the one before. */
export async function anew(who: Person): Promise<void> {
  const before = who.page;
  const page = await tapped(who.context);
  Object.assign(who, { page, ...clerk(page) });
  await before.close().catch(() => undefined);
}

/** Ends a page as a power cut does: it says nothing more to anybody. */
export async function killed({ context, page }: Person): Promise<void> {
  const session = await context.newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
}

/** Where the meeting is. */
export const zone = "Asia/Ho_Chi_Minh";

/** Date and time as the fields of a form take them, some minutes from now. */
export function inMinutes(minutes: number): { date: string; time: string } {
  const at = new Date(Date.now() + minutes * 60_000);
  const [date, time] = at.toLocaleString("sv", { timeZone: zone }).split(" ");
  return { date, time: time.slice(0, 5) };
}

/** Waits until a page shows a text. */
export async function reads({ page, name }: Person, text: string | RegExp): Promise<void> {
  const seen = page.getByText(text).filter({ visible: true }).first();
  await seen.waitFor(patience).catch(async () => {
    const has = await page
      .locator("body")
      .innerText()
      .catch(() => "a page that is gone");
    throw new Error(`${name} does not read ${text}, but: ${has}`);
  });
}

/** Waits until somebody's loudspeaker makes a sound, even a short one. */
export async function hears({ page }: Person): Promise<void> {
  const loud = async () => loudest((await heard(page)).samples) > audible;
  await expect.poll(loud, { ...patience, interval: 200 }).toBe(true);
}

const audible = 0.02; // the tone has 0.1, speech more

function loudest(samples: Float32Array): number {
  let most = 0;
  for (const sample of samples) most = Math.max(most, Math.abs(sample));
  return most;
}

/** Waits until three seconds of what somebody hears are silent. A voice that was on its way is waited for. */
export async function hearsNothing({ page }: Person): Promise<void> {
  let quiet = 0; // s
  await heard(page);
  const longEnough = async () => {
    const sound = await heard(page);
    quiet = loudness(sound) < -80 ? quiet + sound.samples.length / sound.rate : 0;
    return quiet >= 3;
  };
  await expect.poll(longEnough, { ...patience, interval: 500 }).toBe(true);
}

/** The screens of those who look after a meeting. */
export const screens = {
  laptop: { width: 1366, height: 768 },
  television: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
};

/** Keeps pictures of a page as each screen shows it. */
export async function pictures({ page }: Person, name: string): Promise<void> {
  const before = page.viewportSize() ?? screens.laptop;
  for (const [screen, size] of Object.entries(screens)) {
    await page.setViewportSize(size);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.screenshot({ path: join(out, `led-${name}-${screen}.png`) });
  }
  await page.setViewportSize(before);
}

/** Fails if a page cannot be used by everybody, or is wider than its screen. */
export async function isFair({ page, name }: Person): Promise<void> {
  expect(await violations(page), name).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBeLessThanOrEqual(0);
}
