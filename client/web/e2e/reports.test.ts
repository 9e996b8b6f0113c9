// A report that is recorded beforehand, from the person's press to the hall's loudspeaker.

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, decode } from "./browser";
import { isSilent, sounds } from "./ear";
import { film } from "./film";
import { pdf } from "./pdf";
import { type Person, patience, person, reads, story } from "./people";
import { ask, Relay } from "./relay";

let relay: Relay;
let hall: Browser; // without devices
let room: Browser; // whose microphone hears a speech
let chair: Person;
let listener: Person;
let code: string;
let link: string; // of the chair

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file, undefined, await film(hall, 640, 360, 100));
  chair = await person(room, "Chủ tọa");
  listener = await person(hall, "Hội trường");
  const plan = { mode: "moderated", agenda: [{ id: 1, title: "Khai mạc" }] };
  const meeting = await ask<{ code: string; chair: string }>(relay.base, "meetings", { title: "Họp huyện", plan });
  ({ code } = meeting);
  link = `${relay.base}/m/${code}?lang=vi&join=1&name=An${new URL(meeting.chair).hash}`;
  await chair.page.addInitScript(() => localStorage.setItem("diemcau.camera", "on"));
  await chair.page.goto(link);
  await chair.page.getByLabel("Bàn điều hành").waitFor(patience);
  await listener.page.goto(`${relay.base}/m/${code}?lang=vi&join=1&name=Hội trường`);
  await listener.page.locator(".seat.you").waitFor(patience);
  await chair.press("Khai mạc");
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

story();

const box = (page: Page) => page.locator(".report-box");
const within = (page: Page, name: string) => box(page).getByRole("button", { name });

test("it is recorded with its slides while the meeting hears nothing of it", async () => {
  const { page } = chair;
  await page.getByRole("button", { name: "Trình chiếu", exact: true }).click(patience);
  await page
    .locator(".present-box input[type=file]")
    .setInputFiles({ name: "Bao cao.pdf", mimeType: "application/pdf", buffer: pdf(3) });
  await page.getByText("Đã gửi xong mọi trang.").waitFor(patience);
  await page.getByRole("button", { name: "Ghi báo cáo trước" }).click();
  await within(page, "Bắt đầu ghi").click(patience);
  await box(page).getByText("không ai nghe thấy").waitFor(patience);
  await isSilent(listener.page);
  await within(page, "Trang sau").click();
  await box(page).getByText("trang 2/3").waitFor(patience);
  await expect.poll(async () => box(page).getByRole("timer").textContent(), patience).toMatch(/0:1\d/);
  await page.screenshot({ path: `${import.meta.dirname}/out/report-recording.png` });
});

test("a reload in the midst of it loses its last seconds alone, and it goes on", async () => {
  const { page } = chair;
  await page.reload();
  await page.getByLabel("Bàn điều hành").waitFor(patience);
  await box(page).getByText("Trang đã tải lại khi đang ghi").waitFor(patience);
  await page.screenshot({ path: `${import.meta.dirname}/out/report-cut-off.png` });
  await within(page, "Ghi tiếp").click(patience);
  await expect.poll(async () => box(page).getByRole("timer").textContent(), patience).toMatch(/0:(1[6-9]|[2-5])/);
  await within(page, "Ghi xong").click();
  await box(page).getByText("Hãy nghe lại").waitFor(patience);
});

test("what is not sent yet is there after a reload, and can be heard again", async () => {
  const { page } = chair;
  await page.waitForTimeout(500);
  await page.reload();
  await page.getByLabel("Bàn điều hành").waitFor(patience);
  await page.getByRole("button", { name: "Trình chiếu", exact: true }).click(patience);
  await page.getByRole("button", { name: "Ghi báo cáo trước" }).click(patience);
  await within(page, "Nghe lại").click(patience);
  await expect.poll(async () => within(page, "Dừng nghe").textContent(), patience).toMatch(/0:0[2-9]/);
  await page.screenshot({ path: `${import.meta.dirname}/out/report-done.png` });
  await sounds(page);
});

test("it is sent, and then it is there", async () => {
  const { page } = chair;
  await box(page).getByLabel("Tên báo cáo").fill("Báo cáo tháng 11");
  await within(page, "Gửi").click();
  await box(page).getByText("chờ chủ tọa phát").waitFor(patience);
  await page.keyboard.press("Escape");
});

test("the chair has it played to all, and stops it", async () => {
  const { page } = chair;
  await page.getByRole("tab", { name: "Ghi trước" }).click(patience);
  await page.getByText("Báo cáo tháng 11, ").waitFor(patience);
  await page.getByRole("button", { name: "Phát", exact: true }).click();
  await reads(listener, "Đang phát báo cáo ghi trước của");
  await sounds(listener.page);
  await listener.page.getByText("trang 2/3").waitFor(patience);
  await page.screenshot({ path: `${import.meta.dirname}/out/report-playing.png` });
  await listener.page.screenshot({ path: `${import.meta.dirname}/out/report-heard.png` });
  await page.getByRole("button", { name: "Dừng phát" }).first().click();
  await listener.page.getByText("Đang phát báo cáo").waitFor({ state: "detached", ...patience });
  await isSilent(listener.page);
});
