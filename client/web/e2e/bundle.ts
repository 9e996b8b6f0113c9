// Code that runs in a page without the product: one script made of a module and what it imports.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";

/** Bundles a module of this folder; what it exports is the global `lab`. */
export async function bundle(module: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, module), formats: ["iife"], name: "lab" },
    },
  });
  const [{ output }] = Array.isArray(made) ? made : [made as Extract<typeof made, { output: unknown }>];
  return `${output[0].code}\nglobalThis.lab = lab;`;
}

/** Opens an empty page that may encode and decode, with that script in it. */
export async function bench(in_: Browser, script: string): Promise<Page> {
  const page = await in_.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><body>" }));
  await page.goto("http://localhost/");
  await page.addScriptTag({ content: script });
  return page;
}
