// `make e2e-site`: a relay, a line and a building on three computers, as network namespaces: what cables, addresses and routes do is real.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, decode, tapped } from "./browser";
import { isSilent, sounds } from "./ear";
import { Daemon, Net } from "./netns";
import { ask } from "./relay";
import { address } from "./scene";

const patience = { timeout: 90_000 }; // ms
const bad = { delay: 60, loss: 10, rate: 512 };
const page = "http://127.0.0.1:8080"; // of the building

let folder: string;
let net: Net;
let relay: Daemon;
let site: Daemon;
let browsers: Browser[];
let code: string;
let speaker: Page; // in the building
let listener: Page; // in the building
let province: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "diemcau-e2e-site-"));
  net = await Net.start(2);
  net.plug(1, false);
  relay = new Daemon(net.relay, [
    "serve",
    "--listen",
    net.listen,
    "--host-key",
    "e2e-host-key",
    "--data",
    join(folder, "relay"),
  ]);
  await relay.run();
  console.log(`the line is made bad by ${await net.impair(bad)}`);
  const server = `https://${net.listen}`;
  const { token } = await ask<{ token: string }>(server, "sites", { name: "Xã Ga Ry" });
  writeFileSync(join(folder, "token"), token, { mode: 0o600 });
  site = building();
  await site.run();
  code = (await ask<{ code: string }>(server, "meetings", { title: "Họp tỉnh" })).code;

  const hall = await browser(undefined, net.site.browser());
  const { file } = await decode(hall, "speech-a");
  const room = await browser(file, net.site.browser());
  const there = await browser(file, net.relay.browser());
  browsers = [hall, room, there];
  province = await tapped(there, { ignoreHTTPSErrors: true });
  await province.goto(`${address(server, code, "Tỉnh")}&muted=1`);
  [listener, speaker] = [await tapped(hall), await tapped(room)];
  await listener.goto(`${address(page, code, "Hội trường")}&lang=vi`);
  await speaker.goto(`${address(page, code, "Bàn chủ tọa")}&lang=vi`);
});

afterAll(async () => {
  for (const b of browsers ?? []) await b.close();
  await site?.stop();
  await relay?.stop();
  net?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The building's relay; the same one whenever it is made again, because its folder is. */
function building(...uplinks: string[]): Daemon {
  const above = ["--relay", `https://${net.relayAt}`, "--insecure", "--token", join(folder, "token")];
  return new Daemon(net.site, ["site", ...above, ...uplinks, "--data", join(folder, "site")]);
}

const strip = (page: Page) => page.getByRole("status").getByText("Mất đường truyền lên máy chủ");

test("a building behind a bad line is heard, and hears", async () => {
  await sounds(listener);
  await sounds(province);
  await speaker.keyboard.press("m");
  await isSilent(listener);
  await province.keyboard.press("m");
  await sounds(listener);
  await sounds(speaker);
  await province.keyboard.press("m");
  await speaker.keyboard.press("m");
});

test("with the cable pulled the building hears itself, and is told", async () => {
  net.plug(0, false);
  await strip(listener).waitFor(patience);
  await strip(speaker).waitFor(patience);
  await isSilent(province);
  await sounds(listener);
});

test("with the cable back, so are the voices, and the strip is gone", async () => {
  net.plug(0, true);
  await sounds(province);
  await expect.poll(() => listener.locator(".banner p").count(), patience).toBe(0);
  expect(await province.locator(".seat").count()).toBe(3);
});

test("after a power cut of the site everybody is back by himself", async () => {
  await site.stop("SIGKILL");
  await isSilent(listener);
  await site.run();
  await sounds(listener);
  await sounds(province);
  expect(await province.locator(".seat").count()).toBe(3);
});

test("with two uplinks, either cable may be pulled and nobody is told", async () => {
  await site.stop();
  net.plug(1, true);
  site = building("--uplink", "up0", "--uplink", "up1");
  await site.run();
  await sounds(province);
  for (const uplink of [0, 1]) {
    await listener.evaluate(noteStrips);
    net.plug(uplink, false);
    await province.waitForTimeout(8000); // a line that is silent is told of after 3.5 s
    await sounds(province);
    expect(await listener.evaluate(() => Reflect.get(globalThis, "__strips"))).toBe(0);
    net.plug(uplink, true);
    await province.waitForTimeout(8000);
  }
});

test("with both pulled the building is told, and with one back it is over", async () => {
  net.plug(0, false);
  net.plug(1, false);
  await strip(listener).waitFor(patience);
  net.plug(1, true);
  await sounds(province);
  await expect.poll(() => listener.locator(".banner p").count(), patience).toBe(0);
});

/** Runs in a page: counts how often the strip tells that the line above is gone. */
function noteStrips(): void {
  Reflect.set(globalThis, "__strips", 0);
  const look = () => {
    if (document.querySelector(".banner .away"))
      Reflect.set(globalThis, "__strips", Reflect.get(globalThis, "__strips") + 1);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}
