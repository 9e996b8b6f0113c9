import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { browser, decode } from "./browser";
import { Line, Relay } from "./relay";

let relay: Relay;
let room: Browser; // with a microphone
let hall: Browser; // without one

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

const viewports = [
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
];

describe.each(["vi", "en"])("in %s", (lang) => {
  test.each(viewports)("axe finds nothing at $width x $height", async (viewport) => {
    const code = await relay.meeting();
    const page = await room.newPage({ viewport });
    const seen: Record<string, string[]> = {};
    await page.goto(`${relay.base}/?lang=${lang}`);
    await page.locator("input").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
    seen.start = await violations(page);

    await page.goto(`${relay.base}/m/${code}?lang=${lang}`);
    await page.locator("[role=meter]").first().waitFor();
    seen.lobby = await violations(page);

    await page.goto(`${relay.base}/m/000-000-000?lang=${lang}`);
    await page.locator("[role=alert]").first().waitFor();
    seen.unknown = await violations(page);

    await page.goto(`${relay.base}/m/${code}?lang=${lang}&name=A&join=1`);
    await page.locator("button.mute").waitFor();
    await page.waitForTimeout(1000);
    seen.meeting = await violations(page);
    expect(seen).toEqual({ start: [], lobby: [], unknown: [], meeting: [] });
    await page.close();
  });
});

test("everything that is fetched before the first sound has at most 60 kB", async () => {
  const code = await relay.meeting();
  const speaker = await room.newPage();
  await speaker.goto(`${relay.base}/m/${code}?name=A&join=1`);
  await speaker.locator("button.mute").waitFor();
  const line = await Line.start(relay); // all that this page fetches goes through it
  const page = await hall.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${line.base}/m/${code}?name=B&join=1&lang=vi`);
  await page.getByText("Đang phát biểu").waitFor();
  const { tcpDown } = await line.counters();
  console.log(`first load: ${tcpDown} bytes with headers, of ${asked.join(" ")}`);
  expect(tcpDown).toBeGreaterThan(30_000);
  expect(tcpDown).toBeLessThanOrEqual(60_000);
  await page.close();
  await speaker.close();
  await line.end();
});

test("without a microphone one listens, and is told so", async () => {
  const code = await relay.meeting();
  const page = await hall.newPage();
  await page.goto(`${relay.base}/m/${code}?lang=vi`);
  await page.getByText("Máy này không có micro.").first().waitFor();
  await page.goto(`${relay.base}/m/${code}?name=B&join=1&lang=vi`);
  await page.getByText("Đang dự nghe").waitFor();
  await page.close();
});

test("a meeting is opened, joined, muted and left by keyboard alone", async () => {
  const page = await room.newPage();
  await page.goto(`${relay.base}/?lang=vi#key=e2e-host-key`);
  await type(page.getByLabel("Tên cuộc họp"), "Họp giao ban");
  expect(page.url()).not.toContain("e2e-host-key"); // scrubbed at once
  await page.getByText("Cuộc họp đã mở").waitFor();
  await press(page, "Vào phòng họp");
  await type(page.getByLabel("Tên điểm cầu"), "Xã Ga Ry");
  await page.getByText("Micro đang mở").waitFor();
  await page.keyboard.press("m");
  await page.getByText("Micro đang tắt").waitFor();
  await press(page, "Rời họp");
  await page.getByText("Rời cuộc họp?").waitFor();
  await press(page.getByRole("dialog"), "Rời họp");
  await page.getByText("Đã rời cuộc họp").waitFor();
  await page.close();
});

test("a wrong host key and a malformed code are told beside the field", async () => {
  const page = await room.newPage();
  await page.goto(`${relay.base}/?lang=en#key=wrong-host-key`);
  await page.getByRole("button", { name: "Open the meeting" }).click();
  await page.getByText("The host key is wrong").waitFor();
  await page.getByLabel("Meeting code or link").fill("xyz");
  await page.keyboard.press("Enter");
  await page.getByText("abc-def-ghj").first().waitFor();
  expect(new URL(page.url()).pathname).toBe("/");
  await page.close();
});

/** Types into a field and presses Enter, by the keyboard; again if the focus moved to the heading of a screen that had just come. */
async function type(field: Locator, text: string): Promise<void> {
  await field.waitFor();
  while ((await field.inputValue()) !== text) {
    await field.press("Control+A");
    await field.pressSequentially(text);
  }
  await field.press("Enter");
}

/** Presses the button or link of that name as the keyboard does. */
async function press(in_: Page | Locator, name: string): Promise<void> {
  const control = in_.getByRole("button", { name }).or(in_.getByRole("link", { name })).first();
  await control.focus();
  await control.press("Enter");
}
