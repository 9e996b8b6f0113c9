// The main job in two real pages: a voice is heard, muted, and heard again when the relay comes back. Whether there is a sound is asked
// until there is one: a busy machine takes its time. How good it sounds is measured by `make e2e-voice`.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode, listen } from "./browser";
import { isSilent, sounds } from "./ear";
import { Line, Relay } from "./relay";

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
