import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { violations } from "./axe";
import { browser, decode } from "./browser";
import { shot } from "./office";
import { Relay } from "./relay";

let relay: Relay;
let room: Browser; // with a microphone

beforeAll(async () => {
  relay = await Relay.start();
  const hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
  await hall.close();
});

afterAll(async () => {
  await room?.close();
  await relay?.end();
});

test.each([
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
])("exercises beside a meeting are ticked when they were done, at $width x $height", async (viewport) => {
  const code = await relay.meeting("Phòng tập");
  const page = await room.newPage({ viewport });
  await page.goto(`${relay.base}/m/${code}?name=X%C3%A3%20L%C4%83ng&join=1&practice=1`);
  const list = page.getByLabel("Bài tập");
  await list.waitFor();
  const first = list.getByRole("listitem").first();
  expect(await first.getAttribute("aria-current")).toBe("step");
  const mic = page.locator("button.mute");
  await mic.click(); // nothing of the list lies over the button
  if ((await mic.getAttribute("class"))?.includes("on")) await mic.click();
  await list.getByText("Xong: Mở và tắt micro.").waitFor({ state: "attached" });
  expect(await first.getAttribute("class")).toBe("done");
  expect(await list.getByRole("listitem").nth(1).getAttribute("aria-current")).toBe("step");
  await shot(page, `practice-${viewport.width}`);
  expect(await violations(page)).toEqual([]);
  await list.getByRole("button", { name: "Thu gọn" }).click();
  expect(await list.getByRole("listitem").count()).toBe(0);
  await page.close();
});
