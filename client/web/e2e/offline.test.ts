// After a first visit the page, its next version and the meeting come without TCP. One browser, as that of a room's PC, visits again and again;
// whatever is to happen is asked for until it has: a busy machine takes its time.

import { createHash } from "node:crypto";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { browser, decode } from "./browser";
import { Line, Relay } from "./relay";

const patience = { timeout: 90_000 }; // ms
const first = { timeout: 165_000 }; // ms: what a first visit did not load itself comes inside the session, behind the voice

let relay: Relay;
let line: Line; // of the browser that visits
let room: Browser; // whose microphone hears a speech
let hall: Browser;
let visitor: BrowserContext;
let speaker: Page;
let page: Page;
let address: string;

beforeAll(async () => {
  relay = await Relay.start();
  line = await Line.start(relay);
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
  const code = await relay.meeting();
  speaker = await room.newPage();
  await speaker.goto(`${relay.base}/m/${code}?name=${encodeURIComponent("Xã Ga Ry")}&join=1`);
  visitor = await hall.newContext();
  page = await visitor.newPage();
  address = `${line.base}/m/${code}?name=${encodeURIComponent("Hội trường")}&join=1&lang=vi`;
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await line?.end();
  await relay?.end();
});

/** Waits until the page hears the speaker, and shows who is there. */
async function hears(page: Page): Promise<void> {
  await page.getByText("Đang phát biểu").first().waitFor(patience);
  await page.getByText("Xã Ga Ry").first().waitFor(patience);
}

/** The build of the page that the visitor's browser keeps, "" without one. */
async function kept(page: Page): Promise<string> {
  const manifest = await page.evaluate(async () => {
    const answer = await caches.match("/bundle.json", { cacheName: "diemcau" });
    return navigator.serviceWorker.controller && answer ? answer.text() : "";
  });
  return manifest && buildOf(manifest);
}

const buildOf = (manifest: string) => createHash("sha256").update(manifest).digest("base64");

/** The build that the relay serves; it is asked directly, not over the visitor's line. */
async function served(): Promise<string> {
  return buildOf(await (await fetch(`${relay.base}/bundle.json`)).text());
}

/** Makes the kept page an older one than the relay's: another manifest, and a mark in the page itself. */
const age = (page: Page) =>
  page.evaluate(async () => {
    const cache = await caches.open("diemcau");
    const put = async (path: string, change: (text: string) => string) => {
      const was = (await cache.match(path)) as Response;
      await cache.put(path, new Response(change(await was.text()), { headers: was.headers }));
    };
    await put("/", (html) => html.replace("</title>", '</title><meta name="mark" content="old">'));
    await put("/bundle.json", (text) => text.replace(/^\{/, "{ "));
  });

/** Takes a file from the visitor's browser that the page in it has already loaded. */
async function loseStyles(page: Page): Promise<string> {
  const session = await visitor.newCDPSession(page);
  await session.send("Network.clearBrowserCache");
  return page.evaluate(async () => {
    const path = new URL(document.querySelector<HTMLLinkElement>("link[rel=stylesheet]")?.href ?? "").pathname;
    await (await caches.open("diemcau")).delete(path);
    return path;
  });
}

/** Has the browser's own cache hold what a first visit does not load, all but one file: beside the voice all of it takes minutes. Returns the path of that one. */
const hasten = (page: Page) =>
  page.evaluate(async () => {
    const { files }: { files: { name: string; size: number }[] } = await (await fetch("/bundle.json")).json();
    const english = files.filter(({ name }) => name.includes("english")).sort((a, b) => a.size - b.size);
    const others = files.filter(({ name }) => name !== english[0].name && name !== "index.html");
    await Promise.all(others.map(async ({ name }) => (await fetch(`/${name}`)).arrayBuffer()));
    return `/${english[0].name}`;
  });

const isOld = (page: Page) => page.evaluate(() => document.querySelector("meta[name=mark]") !== null);

/** Whether any TCP passes: node asks as the browser would. */
const tcp = () =>
  fetch(`${line.base}/healthz`).then(
    () => true,
    () => false,
  );

test("a first visit keeps the page", async () => {
  await page.goto(address);
  await hears(page);
  const spared = await hasten(page);
  await expect.poll(() => kept(page), first).toBe(await served());
  expect(await page.evaluate(async (path) => (await caches.match(path)) !== undefined, spared)).toBe(true);
}, 240_000);

describe("after a first visit", () => {
  beforeAll(() => line.tcp(false));

  test("TCP is gone", async () => expect(await tcp()).toBe(false));

  test("a reload joins without TCP", async () => {
    const { tcpDown } = await line.counters();
    await page.reload();
    await hears(page);
    expect((await line.counters()).tcpDown).toBe(tcpDown);
  });

  test("a new window joins without TCP", async () => {
    const { tcpDown } = await line.counters();
    await page.close();
    page = await visitor.newPage();
    await page.goto(address);
    await hears(page);
    expect((await line.counters()).tcpDown).toBe(tcpDown);
  });

  test("a new page comes inside the session, and is the one of the next load", async () => {
    await age(page);
    const { tcpDown } = await line.counters();
    await page.reload();
    await hears(page);
    expect(await isOld(page)).toBe(true);
    const styles = await loseStyles(page);
    await expect.poll(() => kept(page), patience).toBe(await served());
    expect(await isOld(page)).toBe(true); // never during a meeting
    await page.reload();
    await hears(page);
    expect(await isOld(page)).toBe(false);
    expect(await page.evaluate(async (path) => (await caches.match(path)) !== undefined, styles)).toBe(true);
    expect(await page.evaluate(() => document.styleSheets[0].cssRules.length)).toBeGreaterThan(10);
    expect((await line.counters()).tcpDown).toBe(tcpDown);
  });

  test("what the browser loads anew is right where it came without TCP", async () => {
    const policy = await page.evaluate(async () => (await caches.match("/"))?.headers.get("Content-Security-Policy"));
    expect(policy).toBe((await fetch(`${relay.base}/`)).headers.get("Content-Security-Policy"));
  });

  test("?fresh asks the server and forgets what was kept", async () => {
    await line.tcp(true);
    await expect.poll(tcp, patience).toBe(true);
    await page.goto(`${line.base}/?fresh`);
    expect(await page.evaluate(() => caches.has("diemcau"))).toBe(false);
  });
});
