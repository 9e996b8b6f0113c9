// A document from one page to another: opened, shown, turned, pointed at, seen by who comes late, and what is no document.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, tapped } from "./browser";
import { pdf } from "./pdf";
import { story } from "./people";
import { Relay } from "./relay";
import { address } from "./scene";
import { drawn, look } from "./watcher";

const patience = { timeout: 80_000 }; // ms
const pages = 4;

let relay: Relay;
let hall: Browser;
let code: string;
let presenter: Page;
let watcher: Page;

story();

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  code = await relay.meeting();
  presenter = await sits("Chủ tọa");
  watcher = await sits("Xã Ga Ry");
});

afterAll(async () => {
  await hall?.close();
  await relay?.end();
});

async function sits(name: string): Promise<Page> {
  const page = await tapped(hall, { viewport: { width: 1366, height: 768 }, locale: "vi-VN" });
  await look(page);
  await page.goto(`${address(relay.base, code, name)}&lang=vi`);
  await page.locator(".seat.you").waitFor(patience);
  return page;
}

/** Waits until a page of the document was drawn; its number is in it. */
async function reads(page: Page, number: number): Promise<void> {
  const read: (number | undefined)[] = [];
  const there = async () => {
    read.push(...(await drawn(page)).filter(({ slide }) => slide).map((seen) => seen.number));
    return read.at(-1);
  };
  await expect.poll(there, patience).toBe(number);
}

const open = (page: Page, name: string, bytes: Buffer) =>
  page.locator(".present-box input[type=file]").setInputFiles({ name, mimeType: "application/pdf", buffer: bytes });

test("what is no document, or a broken one, is named", async () => {
  await presenter.getByRole("button", { name: "Trình chiếu" }).click(patience);
  await open(presenter, "danh sach.pdf", Buffer.from("không phải PDF"));
  await presenter.getByRole("alert").getByText("không phải PDF").waitFor(patience);
  await open(presenter, "hong.pdf", pdf(3).subarray(0, 300));
  await presenter.getByRole("alert").getByText("bị hỏng").waitFor(patience);
});

test("a document is opened, and its first page is seen by others", async () => {
  await open(presenter, "bao cao.pdf", pdf(pages));
  await presenter.getByRole("button", { name: `trang 1/${pages}` }).click(patience);
  await reads(watcher, 1);
  await watcher.getByText(`trang 1/${pages}`).first().waitFor(patience);
});

test("it is turned by a key and by a button", async () => {
  await presenter.keyboard.press("PageDown");
  await reads(watcher, 2);
  await presenter.getByRole("button", { name: "Trang sau" }).click();
  await reads(watcher, 3);
  await presenter.keyboard.press("PageUp");
  await reads(watcher, 2);
});

test("its presenter points at something", async () => {
  const box = await presenter.locator(".slide-sheet").boundingBox();
  if (!box) throw new Error("no page is shown");
  const spot = watcher.locator(".slide-spot");
  await presenter.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
  await presenter.mouse.down();
  await expect
    .poll(async () => {
      await presenter.mouse.move(box.x + box.width / 4 + Math.random(), box.y + box.height / 2);
      return spot.count();
    }, patience)
    .toBe(1);
  expect(await spot.getAttribute("style")).toMatch(/left: ?2[45]/);
  await presenter.mouse.up();
  await expect.poll(() => spot.count(), patience).toBe(0);
});

test("who comes late sees the page that is shown", async () => {
  const late = await sits("Xã Đến Muộn");
  await reads(late, 2);
  await late.close();
});

test("it ends", async () => {
  await presenter.getByRole("button", { name: "Dừng trình chiếu" }).first().click();
  await expect.poll(() => watcher.locator(".slide-sheet").count(), patience).toBe(0);
});
