// Every layout of pictures in both languages, on each kind of screen: fair to everybody, and kept as pictures to be looked at.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { violations } from "./axe";
import { browser, decode } from "./browser";
import { out } from "./paths";
import { screens } from "./people";
import { pretend } from "./pretend";
import { Relay } from "./relay";
import { scenes } from "./scenes";

let relay: Relay | undefined;
let base = process.env.PAGE ?? ""; // another server of the page
let room: Browser;
const only = process.env.SCENES?.split(","); // or all
const inEnglish = ["large", "slide", "chair", "self"]; // whose words are as long as any, when nobody chooses

/** Whether a scene is looked at in a language. */
function wanted(name: string, lang: string): boolean {
  if (only) return only.includes("all") || only.includes(name);
  return lang === "vi" || inEnglish.includes(name);
}

beforeAll(async () => {
  if (base === "") {
    relay = await Relay.start();
    base = relay.base;
  }
  const hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
  await hall.close();
});

afterAll(async () => {
  await room?.close();
  await relay?.end();
});

describe.each(["vi", "en"] as const)("in %s", (lang) => {
  test.each(Object.keys(scenes).filter((name) => wanted(name, lang)))("%s", async (name) => {
    const scene = scenes[name];
    const page = await room.newPage({ viewport: screens.laptop });
    await page.addInitScript(
      ([camera, side]) => {
        if (camera) localStorage.setItem("diemcau.camera", "on");
        if (side) localStorage.setItem("diemcau.side", side);
      },
      [scene.camera, scene.side] as const,
    );
    await pretend(page, scene);
    await page.goto(`${base}/m/abc-def-ghj?join=1&name=A&lang=${lang}`);
    await page.locator(".tools").waitFor();
    if (scene.large) await page.locator(".screen canvas").waitFor();
    if (scene.camera) await page.locator(".self").waitFor({ state: "attached" });
    if (scene.events) await page.locator(".ask").waitFor();
    if ("slide" in scene.view) await page.locator(".slide-sheet canvas[width='1280']").waitFor();
    for (const [vi, en] of scene.press ?? []) await page.getByRole("button", { name: lang === "vi" ? vi : en }).click();
    if (name === "stills") await page.locator(".picture-notice p").waitFor();
    await page.waitForTimeout(500);
    await isKept(page, `pictures-${name}-${lang}`);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });
});

/** The buttons over which a small picture lies. */
function covered(): string[] {
  const lies = (button: Element) => {
    const { left, top, width, height } = button.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    return above?.closest(".tile") != null && !button.contains(above);
  };
  return [...document.querySelectorAll("main button")].filter(lies).map(({ textContent }) => `${textContent}`);
}

/** Keeps pictures of a page on each screen; none may be wider than its screen, or hide a button. */
async function isKept(page: Page, name: string): Promise<void> {
  for (const [screen, size] of Object.entries(screens)) {
    await page.setViewportSize(size);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(out, `${name}-${screen}.png`) });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), screen).toBeLessThanOrEqual(0);
    expect(await page.evaluate(covered), screen).toEqual([]);
  }
}
