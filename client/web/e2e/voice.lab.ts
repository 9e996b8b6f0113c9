import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode, heard, listen } from "./browser";
import { Line, Relay } from "./relay";
import { cut, likenessInParts, loudness, type Sound } from "./sound";

let relay: Relay;
let line: Line;
let room: Browser; // whose microphone hears a speech
let hall: Browser; // that has no microphone
let said: Sound;
let other: Sound;

beforeAll(async () => {
  relay = await Relay.start();
  line = await Line.start(relay);
  hall = await browser();
  const speech = await decode(hall, "speech-a");
  said = speech.sound;
  other = (await decode(hall, "speech-b")).sound;
  room = await browser(speech.file);
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await line?.end();
  await relay?.end();
});

const address = (base: string, code: string, name: string) =>
  `${base}/m/${code}?name=${encodeURIComponent(name)}&join=1`;

/** Two pages in a new meeting, behind the bad line: one speaks, one listens. */
async function meet(base = line.base): Promise<{ speaker: Page; listener: Page; code: string }> {
  const code = await relay.meeting();
  const listener = await listen(hall, address(base, code, "Hội trường"));
  const speaker = await room.newPage();
  await speaker.goto(address(base, code, "Xã Ga Ry"));
  return { speaker, listener, code };
}

/** How like the speech is what a page played over the next seconds. */
async function hears(page: Page, seconds: number): Promise<{ same: number; different: number; sound: Sound }> {
  await heard(page);
  await page.waitForTimeout(seconds * 1000);
  const sound = await heard(page);
  // The microphone plays the speech over and over: an excerpt of what was heard is somewhere in it, or over its seam.
  const twice = { rate: said.rate, samples: new Float32Array([...said.samples, ...said.samples]) };
  const excerpt = cut(sound, 0, seconds);
  return { same: likenessInParts(excerpt, twice, 4), different: likenessInParts(excerpt, other, 4), sound };
}

async function close(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.close();
}

describe("the voice", () => {
  for (const loss of [0, 10]) {
    test(`arrives at ${loss} % loss`, async () => {
      await line.set({ delay: "40ms", loss });
      const { speaker, listener } = await meet();
      await listener.waitForTimeout(4000);
      const { same, different } = await hears(listener, 12.5);
      console.log(`loss ${loss} %: same speech ${same.toFixed(3)}, different speech ${different.toFixed(3)}`);
      expect(same).toBeGreaterThanOrEqual(0.8);
      expect(different).toBeLessThanOrEqual(0.3);
      await close(speaker, listener);
    });
  }

  test("is silent while muted, and heard again after", async () => {
    await line.set({});
    const { speaker, listener } = await meet();
    await listener.waitForTimeout(3000);
    await speaker.keyboard.press("m");
    await listener.waitForTimeout(1500);
    const muted = await hears(listener, 5);
    expect(loudness(muted.sound)).toBeLessThan(-80);
    await speaker.keyboard.press("m");
    await listener.waitForTimeout(1500);
    const open = await hears(listener, 12.5);
    expect(open.same).toBeGreaterThanOrEqual(0.8);
    await close(speaker, listener);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`comes back by itself when the relay restarts after ${signal}`, async () => {
      await line.set({});
      const { speaker, listener } = await meet();
      await listener.waitForTimeout(4000);
      const stopped = Date.now();
      const code = await relay.stop(signal);
      if (signal === "SIGTERM") {
        expect(code).toBe(0);
        expect(Date.now() - stopped).toBeLessThan(3000);
      }
      await listener.waitForTimeout(2000);
      await relay.run();
      await listener.waitForTimeout(3000); // everyone is back within 3 s
      const { same } = await hears(listener, 12.5);
      expect(same).toBeGreaterThanOrEqual(0.8);
      await close(speaker, listener);
    });
  }
});
