// A building with a relay of its own: its pages hear each other and those elsewhere, and when the line above is cut, each other.
// Whatever is to happen is waited for until it has: a busy machine takes its time.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { browser, decode, kiosk, tapped } from "./browser";
import { isSilent, sounds } from "./ear";
import { Relay, Site } from "./relay";

const patience = { timeout: 90_000 }; // ms
const gone = "Mất đường truyền lên máy chủ";

let relay: Relay;
let site: Site;
let room: Browser; // whose microphone hears a speech
let hall: Browser; // that has no microphone

beforeAll(async () => {
  relay = await Relay.start();
  site = await Site.start(relay, "Xã Ga Ry");
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await site?.end();
  await relay?.end();
});

type Told = {
  type: string;
  you?: string;
  kind?: string;
  seat?: string;
  view?: { seats?: [id: number][] };
  events?: Told[];
};

/** Runs in the page before its own scripts: keeps what it is told of seats. */
function note(): void {
  const told: Told[] = [];
  Object.assign(globalThis, { __told: told });
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (["welcome", "event"].includes(data?.type)) told.push(data);
      });
    }
  };
}

async function enter(in_: Browser, base: string, code: string, name: string): Promise<Page> {
  const page = await tapped(in_, { viewport: { width: 1366, height: 768 } });
  await page.addInitScript(note);
  await page.goto(`${base}/m/${code}?name=${encodeURIComponent(name)}&join=1&lang=vi`);
  return page;
}

const told = (page: Page) => page.evaluate(() => (globalThis as unknown as { __told: Told[] }).__told);

/** The ids of all seats that a page was ever told of, and of those that were given up. */
async function seats(page: Page): Promise<{ ids: string[]; left: string[] }> {
  const ids = new Set<string>();
  const left = new Set<string>();
  const entries = ["joined", "back", "left"];
  for (const { view, events = [], ...message } of await told(page)) {
    for (const [id] of view?.seats ?? []) ids.add(id.toString(16).padStart(8, "0"));
    for (const { kind = "", seat } of [...events, message]) {
      if (seat && entries.includes(kind)) ids.add(seat);
      if (seat && kind === "left") left.add(seat);
    }
  }
  return { ids: [...ids].sort(), left: [...left] };
}

/** The seat that a page was given last. */
const seatOf = async (page: Page) => (await told(page)).filter(({ you }) => you).at(-1)?.you;

const tile = (page: Page, name: string) => page.locator(".seat", { hasText: name });

/** Turns the microphone of a page off or on. */
async function mute(page: Page, muted: boolean): Promise<void> {
  if ((await page.locator("button.mute.off").count()) === Number(muted)) return;
  await page.keyboard.press("m");
  await page.locator(muted ? "button.mute.off" : "button.mute.on").waitFor(patience);
}

describe("a meeting of a building and a province", () => {
  let speaker: Page; // in the building
  let listener: Page; // in the building
  let province: Page;
  let code: string;

  beforeAll(async () => {
    code = await relay.meeting("Họp tỉnh");
    province = await enter(room, relay.base, code, "Tỉnh");
    listener = await enter(hall, site.base, code, "Hội trường");
    speaker = await enter(room, site.base, code, "Bàn chủ tọa");
    await mute(province, true);
  });

  test("the building is heard in it and above", async () => {
    await sounds(listener);
    await sounds(province);
    expect((await seats(province)).ids).toHaveLength(3);
  });

  test("what is said above is heard in the building, by everybody", async () => {
    await mute(speaker, true);
    await isSilent(listener);
    await mute(province, false);
    await sounds(speaker);
    await sounds(listener);
    await mute(province, true);
    await mute(speaker, false);
  });

  test("the corner tells of the line in the building, and of the one above", async () => {
    const corner = listener.locator(".line button");
    await corner.getByText("Trong nhà: đường truyền").waitFor(patience);
    await corner.getByText("Lên máy chủ: đã nối").waitFor(patience);
  });

  test("with the line above cut, the building hears itself, and is told", async () => {
    await site.uplink(false);
    for (const page of [speaker, listener]) {
      await page.getByRole("status").getByText(gone).waitFor(patience);
      await tile(page, "Tỉnh").getByText("Chưa liên lạc được").waitFor(patience);
    }
    await isSilent(province);
    await sounds(listener);
    expect(await violations(listener)).toEqual([]);
  });

  test("when it is back, so are the voices and the same seats, and the strip goes", async () => {
    const before = (await seats(province)).ids;
    await site.uplink(true);
    await listener.getByText("Đã nối lại với máy chủ").waitFor(patience);
    await sounds(province);
    await expect.poll(() => listener.locator(".banner p").count(), patience).toBe(0);
    await expect.poll(() => province.locator(".seat.away").count(), patience).toBe(0);
    expect(await seats(province)).toEqual({ ids: before, left: [] });
  });

  test("after a power cut of the site its pages come back by themselves, on the same seats", async () => {
    const before = (await seats(province)).ids;
    const own = [await seatOf(speaker), await seatOf(listener)];
    await site.stop("SIGKILL");
    await isSilent(listener);
    await site.run();
    await sounds(listener);
    await sounds(province);
    expect([await seatOf(speaker), await seatOf(listener)]).toEqual(own);
    expect(await seats(province)).toEqual({ ids: before, left: [] });
    await mute(speaker, true);
    await isSilent(listener);
    await mute(province, false);
    await sounds(listener);
  });
});

describe("the start page of a site", () => {
  const enterMeeting = (page: Page) => page.getByRole("link", { name: "Vào cuộc họp: Họp huyện" });

  test("lists its meetings, opens none, and follows what happens", async () => {
    const code = await relay.meeting("Họp huyện");
    const page = await hall.newPage();
    await page.goto(`${site.base}/?lang=vi`);
    await page.getByText("Điểm cầu: Xã Ga Ry").waitFor(patience);
    expect(await page.getByText("Mở cuộc họp mới").count()).toBe(0);
    await page.getByLabel("Mã cuộc họp").fill(code);
    await page.keyboard.press("Enter");
    await page.getByLabel("Tên điểm cầu").waitFor(patience);
    await page.goBack();
    await enterMeeting(page).waitFor(patience);
    expect(await violations(page)).toEqual([]);
    await enterMeeting(page).click();
    await page.getByRole("heading", { name: "Họp huyện" }).waitFor(patience);
    await page.close();
  });

  test("goes on by itself when a meeting can be looked for again", async () => {
    const code = await relay.meeting("Họp gấp");
    await site.uplink(false);
    const page = await hall.newPage();
    await page.goto(`${site.base}/m/${code}?lang=vi`);
    await page.getByText("Không vào được cuộc họp").waitFor(patience);
    await site.uplink(true);
    await page.getByRole("heading", { name: "Họp gấp" }).waitFor(patience);
    await page.close();
  });

  test("returns to its meeting after a power cut, on the same seat, and not after one has left", async () => {
    const code = await relay.meeting("Họp huyện");
    const profile = mkdtempSync(join(tmpdir(), "diemcau-e2e-profile-"));
    const before = await kiosk(profile);
    await before.page.addInitScript(note);
    await before.page.goto(`${site.base}/m/${code}?name=${encodeURIComponent("Nhà văn hóa")}&join=1&lang=vi`);
    await before.page.locator(".seat.you").waitFor(patience);
    await expect.poll(() => sitting(before.page), patience).toContain(code);
    const seat = await seatOf(before.page);
    await before.page.waitForTimeout(6000); // the browser writes to its disk every few seconds
    before.kill();

    const after = await kiosk(profile);
    await after.page.addInitScript(note);
    await after.page.goto(`${site.base}/?lang=vi`);
    await after.page.locator(".seat.you", { hasText: "Nhà văn hóa" }).waitFor(patience);
    expect(await seatOf(after.page)).toBe(seat);
    await after.page.getByRole("button", { name: "Rời họp" }).click();
    await after.page.getByRole("dialog").getByRole("button", { name: "Rời họp" }).click();
    await after.page.goto(`${site.base}/?lang=vi`);
    await after.page.getByText("Điểm cầu: Xã Ga Ry").waitFor(patience);
    await after.page.waitForTimeout(1000);
    expect(new URL(after.page.url()).pathname).toBe("/");
    await after.context.close();
    rmSync(profile, { recursive: true, force: true });
  });
});

const sitting = (page: Page) => page.evaluate(() => localStorage.getItem("diemcau.sitting") ?? "");
