// How long after the chair has it a page of a document is there on a thin line: one that was not sent ahead, and one that was.

import type { Browser, Page } from "playwright-core";
import { pdf } from "./pdf";
import type { Through } from "./pictured";
import { Line, type Relay, Site } from "./relay";
import { address, Scene, watched } from "./scene";
import { drawn, look } from "./watcher";

const pages = 4;
const patience = 60_000; // ms
const settling = 15_000; // ms
const behind = 60_000; // ms in which what was not asked for comes

/** Times in ms after the chair's own page was drawn; null: not within a minute. */
export interface Shown {
  readable: number | null; // the first of page 1, nothing of which was sent ahead
  whole: number | null; // its better picture
  ahead: number | null; // the last page, after all had time to come
  missing: number; // ms of sound that was due and not there, meanwhile
}

/** Somebody who speaks and shows a document, and somebody who watches behind 64 kbit/s, RTT 300. */
export async function shown(relay: Relay, room: Browser, hall: Browser, through: Through): Promise<Shown> {
  const code = await relay.meeting();
  const site = through === "site" ? await Site.start(relay, "Xã Ga Ry") : undefined;
  const line = site?.line ?? (await Line.start(relay, 7));
  const looks = { width: 900, height: 700, frame: 50 };
  const [chair, watcher] = [await watched(room, false, 99, looks), await watched(hall, false, 99, looks)];
  for (const page of [chair, watcher]) await look(page);
  try {
    await watcher.goto(address(site?.base ?? line.base, code, "Hội trường"));
    await chair.goto(`${address(relay.base, code, "Chủ tọa")}&lang=vi`);
    const heard = () => performance.getEntriesByName("first-sound").length > 0;
    await watcher.waitForFunction(heard, null, { timeout: 90_000 });
    await chair.getByRole("button", { name: "Trình chiếu", exact: true }).click({ timeout: 90_000 });
    await line.set({ rate: 64, delay: "150ms" });
    await line.badTCP(true);
    await watcher.waitForTimeout(settling);
    const before = await absent(watcher);
    const file = { name: "bao cao.pdf", mimeType: "application/pdf", buffer: pdf(pages) };
    await chair.locator(".present-box input[type=file]").setInputFiles(file);
    const [own, far] = await Promise.all([seen(chair, 1, 1), seen(watcher, 1, 2)]);
    await chair.waitForTimeout(behind);
    await chair.keyboard.press("Escape");
    for (let page = 2; page <= pages; page++) await chair.keyboard.press("PageDown");
    const [turned, last] = await Promise.all([seen(chair, pages, 1), seen(watcher, pages, 1)]);
    return {
      readable: since(own[0], far[0]),
      whole: since(own[0], far[1]),
      ahead: since(turned[0], last[0]),
      missing: (await absent(watcher)) - before,
    };
  } finally {
    await chair.close();
    await watcher.close();
    await (site ?? line).end();
  }
}

const since = (from?: number, to?: number) => (from === undefined || to === undefined ? null : Math.max(0, to - from));

const absent = async (page: Page) => (await Scene.reports(page)).at(-1)?.counts?.absent ?? 0;

/** The moments at which a page of the document was drawn for the first times. */
async function seen(page: Page, number: number, times: number): Promise<number[]> {
  const at: number[] = [];
  for (const until = Date.now() + patience; at.length < times && Date.now() < until; await page.waitForTimeout(200)) {
    for (const picture of await drawn(page)) if (picture.slide && picture.number === number) at.push(picture.at);
  }
  return at;
}
