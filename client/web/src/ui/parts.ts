// Parts of the page that come when they are wanted. One that does not come over the line is asked for again; all else works without it.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { lang, later } from "./text";

/** A part of the page, in a file of its own. */
export class Part<T> {
  readonly here = signal<T | undefined>(undefined);
  #wanted = false;

  constructor(private readonly load: () => Promise<T>) {}

  /** Fetches it, once. */
  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void later(async () => {
      this.here.value = await this.load();
    });
  }
}

export const start = new Part(() => import("./start"));
export const idle = new Part(() => import("./idle/idle"));
export const lobby = new Part(() => import("./lobby"));
export const boxes = new Part(() => import("./boxes"));
export const led = new Part(() => import("./led/led"));
export const video = new Part(() => import("./video/video"));
export const chair = new Part(() => import("./chair/chair"));
export const practice = new Part(() => import("../office/practice/overlay"));

/** The sentences of a part: Vietnamese ones come with it, English ones when somebody reads them. */
export function inBoth<T>(vi: T, english: () => Promise<T>): ReadonlySignal<T> {
  const en = signal<T | undefined>(undefined);
  effect(() => {
    if (lang.value !== "en" || en.value) return;
    void later(async () => {
      en.value = await english();
    });
  });
  return computed(() => (lang.value === "en" && en.value) || vi);
}

/** Puts the style of a part into the page. It comes with the code: one file, and never one without the other. */
export function adopt(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
