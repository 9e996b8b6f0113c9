import { existsSync } from "node:fs";
import { resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "../../..");
export const out = resolve(import.meta.dirname, "out");
export const diemcau = process.env.DIEMCAU ?? resolve(out, "diemcau");
export const impair = process.env.IMPAIR ?? resolve(out, "impair");
export const judge = process.env.JUDGE ?? resolve(out, "judge");
export const speech = (name: string) => resolve(repository, "codec/testdata", `${name}.ogg`);

/** The browser: CHROMIUM, or where systems put it. */
export function chromium(): string {
  const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
    (path) => path && existsSync(path),
  );
  if (!found) throw new Error("no Chromium: install the package chromium, or set CHROMIUM to its path");
  return found;
}
