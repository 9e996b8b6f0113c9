// Slides between real pages, with the page's own security policy: a PDF is opened, seen by others, turned, pointed at.

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser } from "./browser";
import { locked, pdf, scan } from "./pdf";
import { Relay } from "./relay";
import { address } from "./scene";

const patience = { timeout: 60_000 }; // ms

let relay: Relay;
let hall: Browser;
let presenter: Page;
let viewer: Page;
const complaints: string[] = [];

async function sits(url: string): Promise<Page> {
  const page = await hall.newPage({ viewport: { width: 1280, height: 720 }, locale: "vi-VN" });
  page.on("console", (message) => {
    if (/Content Security Policy|violates/.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}&lang=vi`);
  await page.locator(".seat.you").waitFor(patience);
  return page;
}

/** Chooses a file in the box that is open, or opens it. */
async function opens(name: string, content: Buffer): Promise<void> {
  const file = join(tmpdir(), name);
  writeFileSync(file, content);
  if (!(await presenter.locator("dialog").count()))
    await presenter.getByRole("button", { name: "Trình chiếu", exact: true }).click();
  await presenter.locator("dialog input[type=file]").setInputFiles(file);
}

/** The width of the page that is seen, once it is page n. */
async function sees(page: Page, n: number, of: number): Promise<void> {
  await page.getByText(`trang ${n}/${of}`, { exact: true }).first().waitFor(patience);
  await page.locator(".slide:not(.before) .slide-sheet canvas").waitFor(patience);
}

/** 1: all of a canvas has one colour, which is not white, 2: there is something on it, 0: nothing. Runs in the page. */
function shadesOf(canvas: HTMLCanvasElement): number {
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
  const all = new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer()));
  return all.size === 1 && all.has(0xffffffff) ? 0 : Math.min(all.size, 2);
}

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  const code = await relay.meeting();
  viewer = await sits(address(relay.base, code, "Xã Ga Ry"));
  presenter = await sits(address(relay.base, code, "Hội trường"));
});

afterAll(async () => {
  await hall?.close();
  await relay?.end();
});

describe("a document", () => {
  test("that is none is refused with a sentence", async () => {
    await opens("bao-cao.pptx", Buffer.from("PK\x03\x04 x"));
    await presenter.getByText("hãy lưu thành PDF rồi mở").waitFor(patience);
    await opens("x.pdf", Buffer.from("hello"));
    await presenter.getByText("không phải PDF").waitFor(patience);
    await opens("broken.pdf", Buffer.from("%PDF-1.4\nnothing"));
    await presenter.getByText("bị hỏng").waitFor(patience);
    await opens("locked.pdf", pdf(2, locked));
    await presenter.getByText("có mật khẩu").waitFor(patience);
    await opens("long.pdf", pdf(201));
    await presenter.getByText("Tài liệu có 201 trang").waitFor(patience);
  });

  test("whose scan is too large says so on its page, as one that is not shows it", async () => {
    for (const [size, shades] of [
      [1000, 1],
      [8000, 2],
    ]) {
      await opens(`${size}.pdf`, scan(size));
      await presenter.getByText(`${size}`, { exact: true }).first().waitFor(patience);
      await presenter.getByText("Đã gửi xong mọi trang.").waitFor(patience);
      const seen = () => presenter.locator(".thumbs canvas").first().evaluate(shadesOf);
      await expect.poll(seen, patience).toBe(shades);
    }
  });

  test("is seen by others, page by page", async () => {
    await opens("Báo cáo lũ.pdf", pdf(6));
    await sees(viewer, 1, 6);
    await presenter.getByText("Đã gửi xong mọi trang.").waitFor(patience);
    await presenter.keyboard.press("Escape");
    await sees(presenter, 1, 6);
    await expect
      .poll(() => viewer.locator(".slide-sheet canvas").evaluate((c: HTMLCanvasElement) => c.width), patience)
      .toBe(1280);
    await presenter.keyboard.press("PageDown");
    const pressed = Date.now();
    await sees(viewer, 2, 6);
    expect(Date.now() - pressed).toBeLessThan(2000);
    for (let i = 0; i < 3; i++) await presenter.keyboard.press("PageDown");
    await sees(viewer, 5, 6);
    await viewer.screenshot({ path: process.env.SHOTS ? join(process.env.SHOTS, "viewer.png") : undefined });
    await presenter.screenshot({ path: process.env.SHOTS ? join(process.env.SHOTS, "presenter.png") : undefined });
  });

  test("is pointed at", async () => {
    const box = await presenter.locator(".slide-sheet").boundingBox();
    if (!box) throw new Error("no page");
    await presenter.mouse.move(box.x + box.width / 2, box.y + box.height / 4);
    await presenter.mouse.down();
    await presenter.mouse.move(box.x + box.width / 2 + 5, box.y + box.height / 4, { steps: 5 });
    await viewer.locator(".slide-spot").waitFor(patience);
    await presenter.mouse.up();
    await viewer.locator(".slide-spot").waitFor({ state: "detached", ...patience });
  });

  test("is hidden, and nothing was against the page's policy", async () => {
    await presenter.getByRole("button", { name: "Dừng trình chiếu" }).first().click();
    await viewer.locator(".slide").waitFor({ state: "detached", ...patience });
    expect(complaints).toEqual([]);
  });
});
