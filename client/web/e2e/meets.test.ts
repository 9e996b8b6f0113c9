// The main job in two real pages: a voice is heard, muted, and heard again when the relay comes back. Whether there is a sound is asked
// until there is one: a busy machine takes its time. How good it sounds is measured by `make e2e-voice`.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode, heard, listen } from "./browser";
import { Line, Relay } from "./relay";
import { loudness } from "./sound";

const audible = -50; // dB of full scale; the speech has about -25
const silent = -80;
const patience = 90_000; // ms

let relay: Relay;
let line: Line;
let room: Browser; // whose microphone hears a speech
let hall: Browser; // that has no microphone

beforeAll(async () => {
  relay = await Relay.start();
  line = await Line.start(relay);
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await line?.end();
  await relay?.end();
});

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

const sounds = (page: Page) => untilLoudness(page, (dB) => dB > audible);
const isSilent = (page: Page) => untilLoudness(page, (dB) => dB < silent);

describe("two pages behind a line with 10 % loss", () => {
  let speaker: Page;
  let listener: Page;

  beforeAll(async () => {
    await line.set({ delay: "40ms", loss: 10 });
    const code = await relay.meeting();
    const address = (name: string) => `${line.base}/m/${code}?name=${encodeURIComponent(name)}&join=1`;
    listener = await listen(hall, address("Hội trường"));
    speaker = await room.newPage();
    await speaker.goto(address("Xã Ga Ry"));
  });

  test("a voice is heard", () => sounds(listener));

  test("it is silent while muted, and heard again after", async () => {
    await speaker.keyboard.press("m");
    await isSilent(listener);
    await speaker.keyboard.press("m");
    await sounds(listener);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    test(`both come back by themselves when the relay restarts after ${signal}`, async () => {
      const code = await relay.stop(signal);
      if (signal === "SIGTERM") expect(code).toBe(0);
      await isSilent(listener);
      await relay.run();
      await sounds(listener);
    });
  }
});
