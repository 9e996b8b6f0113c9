// The film that a page's camera sees: a head that speaks, with the number of each picture in it. Made once, kept in out.

import { appendFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { bench, bundle } from "./bundle";
import type * as Film from "./clip/film";
import { out } from "./paths";

declare const lab: typeof Film; // in the page

/** Pictures a second that a camera makes of a film. */
export const rate = 30;

/** Makes a film of so many pictures, and returns its file. The camera begins anew at its end. */
export async function film(in_: Browser, width: number, height: number, pictures: number): Promise<string> {
  const file = join(out, `film-${width}x${height}-${pictures}.mjpeg`);
  if (existsSync(file)) return file;
  const page = await bench(in_, await bundle("clip/film.ts"));
  const part = `${file}.part`;
  rmSync(part, { force: true });
  for (let from = 0; from < pictures; from += 50) {
    const to = Math.min(from + 50, pictures);
    const jpegs = await page.evaluate(([w, h, from, to]) => lab.film(w, h, from, to), [
      width,
      height,
      from,
      to,
    ] as const);
    appendFileSync(part, Buffer.from(jpegs, "base64"));
  }
  renameSync(part, file);
  await page.close();
  return file;
}
