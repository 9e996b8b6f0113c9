// Whether a page plays a sound is asked until it does: a busy machine takes its time.

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { heard } from "./browser";
import { loudness } from "./sound";

const audible = -50; // dB of full scale; the speech has about -25
const silent = -80;
const patience = 90_000; // ms

/** Waits until two seconds of what the page plays are as loud as that. */
async function untilLoudness(page: Page, fits: (dB: number) => boolean): Promise<void> {
  await heard(page);
  const reached = async () => {
    await page.waitForTimeout(2000);
    const sound = await heard(page);
    return sound.samples.length > 0 && fits(loudness(sound));
  };
  const until = Date.now() + patience;
  while (Date.now() < until) if (await reached()) return;
  expect.fail(`no such sound in ${patience / 1000} s`);
}

/** Waits until the page plays a voice. */
export const sounds = (page: Page) => untilLoudness(page, (dB) => dB > audible);

/** Waits until it plays nothing. */
export const isSilent = (page: Page) => untilLoudness(page, (dB) => dB < silent);
