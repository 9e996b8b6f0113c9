// Pictures between real pages: seen by others with their numbers in order, fewer on a thin line and more again, gone without harm to the voice.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { browser, decode, tapped } from "./browser";
import { sounds } from "./ear";
import { film } from "./film";
import { Line, Relay, Site } from "./relay";
import { address } from "./scene";
import { after, drawn, look, type Seen, unplug } from "./watcher";

const patience = { timeout: 80_000 }; // ms: a machine with much to do takes its time
const pictures = 300; // of the film

let relay: Relay;
let hall: Browser; // without devices
let room: Browser; // whose microphone hears a speech and whose camera sees the film

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  const { file } = await decode(hall, "speech-a");
  room = await browser(file, undefined, await film(hall, 640, 360, pictures));
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

/** Opens a page that is looked at, in a window of a laptop. */
async function sits(in_: Browser, url: string, ...before: (() => void)[]): Promise<Page> {
  const page = await tapped(in_, { viewport: { width: 1000, height: 700 }, locale: "vi-VN" });
  await look(page);
  for (const script of before) await page.addInitScript(script);
  await page.goto(`${url}&lang=vi`);
  await page.locator(".seat.you").waitFor(patience);
  return page;
}

/** Runs in a page before its own scripts: the camera was on when it was left. */
const withCamera = () => localStorage.setItem("diemcau.camera", "on");

/** Pictures that the page draws from now on, once there are so many that fit. */
async function sees(page: Page, count: number, fits = (_: Seen) => true): Promise<Seen[]> {
  const all: Seen[] = [];
  await drawn(page);
  const enough = async () => {
    all.push(...(await drawn(page)).filter((seen) => !seen.slide && fits(seen)));
    return all.length;
  };
  await expect.poll(enough, patience).toBeGreaterThanOrEqual(count);
  return all;
}

const readable = ({ number }: Seen) => number !== undefined;

/** Pictures a second that the page draws now. */
async function rate(page: Page): Promise<number> {
  await drawn(page);
  await page.waitForTimeout(3000);
  return (await drawn(page)).filter(readable).length / 3;
}

/** Waits until the page draws nothing for two seconds. */
async function seesNothing(page: Page): Promise<void> {
  const some = async () => {
    await drawn(page);
    await page.waitForTimeout(2000);
    return (await drawn(page)).length;
  };
  await expect.poll(some, patience).toBe(0);
}

describe("a camera", () => {
  let line: Line; // of the watcher
  let speaker: Page;
  let watcher: Page;

  beforeAll(async () => {
    const code = await relay.meeting();
    line = await Line.start(relay);
    watcher = await sits(hall, address(line.base, code, "Hội trường"));
    speaker = await sits(room, address(relay.base, code, "Xã Ga Ry"));
    await speaker.getByRole("button", { name: "Bật camera" }).click();
  });

  afterAll(async () => {
    await speaker?.close();
    await watcher?.close();
    await line?.end();
  });

  beforeEach(() => line.set({}));

  test("is seen by others, every picture whole and in order", async () => {
    const seen = await sees(watcher, 40, readable);
    const steps = seen.slice(1).map(({ number }, i) => after(seen[i].number ?? 0, number ?? 0, pictures));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    const all = await sees(watcher, 20);
    expect(all.filter(readable).length / all.length).toBeGreaterThan(0.9);
    await sounds(watcher);
  });

  test("is less where the line becomes thin, and then more again", async () => {
    await expect.poll(() => rate(watcher), patience).toBeGreaterThan(8);
    await line.set({ rate: 64, delay: "40ms" });
    await expect.poll(() => rate(watcher), patience).toBeLessThan(7);
    await sounds(watcher);
    await line.set({});
    await expect.poll(() => rate(watcher), patience).toBeGreaterThan(8);
  });

  test("stands still with a word when nothing comes, and goes on", async () => {
    const word = watcher.getByText("Hình tạm dừng").first();
    await sees(watcher, 5);
    await line.set({ outages: ["0s+1h"] });
    await line.tcp(false);
    await word.waitFor(patience);
    await line.tcp(true);
    await line.set({});
    await sees(watcher, 5);
    await word.waitFor({ state: "detached", ...patience });
    await sounds(watcher);
  });

  test("is not received by those who want the voice alone, until they want it again", async () => {
    const choose = async (name: RegExp) => {
      await watcher.getByRole("button", { name: "Xem hình" }).click();
      await watcher.getByRole("dialog").getByRole("button", { name }).click();
      await watcher.keyboard.press("Escape");
    };
    await choose(/Chỉ tiếng/);
    await seesNothing(watcher);
    await speaker.getByText("chưa ai xem").first().waitFor(patience);
    await sounds(watcher);
    await choose(/Chỉ trang chiếu/);
    await seesNothing(watcher);
    await choose(/tất cả/);
    await sees(watcher, 10, readable);
  });

  test("that is unplugged says so, and the voice goes on", async () => {
    await sees(watcher, 2, readable);
    await unplug(speaker);
    await speaker.locator(".picture-notice").getByText("Camera đã bị rút").waitFor(patience);
    await seesNothing(watcher);
    await sounds(watcher);
    await speaker.getByRole("button", { name: "Bật camera" }).click();
    await sees(watcher, 10, readable);
  });
});

describe("what has no picture", () => {
  test("a camera that is refused is named, and the voice goes on", async () => {
    const code = await relay.meeting();
    const watcher = await sits(hall, address(relay.base, code, "Hội trường"));
    const speaker = await sits(room, address(relay.base, code, "Xã Ga Ry"), () => {
      const devices = navigator.mediaDevices;
      const open = devices.getUserMedia.bind(devices);
      devices.getUserMedia = (wish) =>
        wish?.video ? Promise.reject(new DOMException("no", "NotAllowedError")) : open(wish);
    });
    await speaker.getByRole("button", { name: "Bật camera" }).click();
    await speaker
      .locator(".picture-notice")
      .getByText(/phép.*camera/)
      .waitFor(patience);
    await sounds(watcher);
    await speaker.close();
    await watcher.close();
  });
});

describe("a screen", () => {
  test("is seen by others as large as it is sent, and ends", async () => {
    const code = await relay.meeting();
    const watcher = await sits(hall, address(relay.base, code, "Hội trường"));
    const speaker = await sits(room, address(relay.base, code, "Xã Ga Ry")); // its screen is the browser's own moving one
    await speaker.getByRole("button", { name: "Chia sẻ màn hình" }).click();
    await sees(watcher, 5, ({ width }) => width === 1280);
    await sounds(watcher);
    await speaker.getByRole("button", { name: "Dừng chia sẻ" }).click();
    await seesNothing(watcher);
    await speaker.close();
    await watcher.close();
  });
});

describe("through the relay of a building", () => {
  test("a camera is seen inside and outside, and stops while the building is cut off", async () => {
    const site = await Site.start(relay, "Xã Ga Ry");
    const code = await relay.meeting();
    const province = await sits(hall, address(relay.base, code, "Tỉnh"));
    const inside = await sits(hall, address(site.base, code, "Hội trường"));
    const speaker = await sits(room, address(site.base, code, "Bàn chủ tọa"), withCamera);
    await sees(province, 10, readable);
    await sees(inside, 10, readable);
    await site.uplink(false);
    await seesNothing(province);
    await sees(inside, 5);
    await site.uplink(true);
    await sees(province, 10, readable);
    for (const page of [speaker, inside, province]) await page.close();
    await site.end();
  });
});
