// The tests of pictures stand on this: the number in a picture is read again after a camera, an encoder of few bits, and a small canvas.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "./browser";
import { bench, bundle } from "./bundle";
import type * as Proof from "./clip/proof";
import { film } from "./film";
import { after } from "./watcher";

declare const lab: typeof Proof; // in the page

const pictures = 100;
let plain: Browser;
let filmed: Browser;

beforeAll(async () => {
  plain = await browser();
  filmed = await browser(undefined, undefined, await film(plain, 640, 360, pictures));
});

afterAll(async () => {
  await plain?.close();
  await filmed?.close();
});

test("the smallest pictures keep their numbers", async () => {
  const page = await bench(plain, await bundle("clip/proof.ts"));
  const numbers = Array.from({ length: 60 }, (_, i) => i * 67 + 1);
  const found = await page.evaluate((numbers) => lab.survives(160, 90, 5, 20_000, numbers), numbers);
  expect(found).toEqual(numbers);
  await page.close();
});

test("a camera sees the film, one number after the other", async () => {
  const page = await bench(filmed, await bundle("clip/proof.ts"));
  const seen = await page.evaluate(async () => {
    lab.remember();
    await navigator.mediaDevices.getUserMedia({ video: true });
    return lab.sights(40);
  });
  const steps = seen.slice(1).map(({ number }, i) => after(seen[i].number, number, pictures));
  expect(steps.every((step) => step >= 1 && step < 30)).toBe(true);
  const rate = (1000 * after(seen[0].number, seen[39].number, pictures)) / (seen[39].at - seen[0].at);
  console.log(`${rate.toFixed(1)} numbers a second`);
  await page.close();
});
