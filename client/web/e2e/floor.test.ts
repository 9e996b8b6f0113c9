// Whose voice is forwarded is the relay's to say: a bot speaks all the time, whatever the meeting allows.

import { type ChildProcess, spawn } from "node:child_process";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";
import { browser } from "./browser";
import { sounds } from "./ear";
import { diemcau, speech } from "./paths";
import { hearsNothing, type Person, person, reads } from "./people";
import { ask, Relay } from "./relay";

let relay: Relay;
let hall: Browser; // without a microphone
let chair: Person;
let bot: ChildProcess | undefined;

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  chair = await person(hall, "Chủ tọa");
});

afterAll(async () => {
  bot?.kill("SIGTERM");
  await hall?.close();
  await relay?.end();
});

test("one who speaks without the floor is not heard, and is with it", async () => {
  const plan = { mode: "moderated", agenda: [{ id: 1, title: "Khai mạc" }] };
  const meeting = await ask<{ code: string; chair: string }>(relay.base, "meetings", { title: "Họp huyện", plan });
  const { hash } = new URL(meeting.chair);
  await chair.page.goto(`${relay.base}/m/${meeting.code}?lang=vi&join=1&name=An${hash}`);
  const { page } = chair;
  await page.getByLabel("Bàn điều hành").waitFor();
  const play = ["--name", "Máy nói", "--play", speech("speech-a")];
  bot = spawn(diemcau, ["bot", "--server", relay.base, "--meeting", meeting.code, ...play], { stdio: "ignore" });
  await sounds(page); // nobody has opened the meeting yet: everybody may speak

  await chair.press("Khai mạc");
  await hearsNothing(chair);
  await page.getByRole("tab", { name: "Mọi người" }).click();
  await page.getByRole("button", { name: "Máy nói" }).click();
  await page.keyboard.press("c");
  await reads(chair, "Đã nói");
  await sounds(page);
  await page.keyboard.press("t");
  await reads(chair, "Chưa mời ai phát biểu");
  await hearsNothing(chair);
  await page.keyboard.press("1"); // free
  await sounds(page);
});
