// Somebody whose camera sees the film and who speaks, and somebody who watches and listens; one of them behind a bad line, perhaps with the relay of a building before it.

import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { keep } from "./browser";
import { out } from "./paths";
import { type Count, type Impairment, Line, type Relay, Site } from "./relay";
import { address, judged, type Looks, type Report, Scene, type Side, type Told, type Verdict, watched } from "./scene";
import { drawn, filming, look, type Seen } from "./watcher";

/** How the page behind the line is reached: by itself, or through `diemcau site`. */
export type Through = "direct" | "site";

const opened = 90_000; // ms until voice and picture have come over a perfect line

/** A meeting of two. */
export class Pictured {
  private constructor(
    readonly line: Line,
    private readonly site: Site | undefined,
    readonly speaker: Page,
    readonly watcher: Page,
    private readonly taken: (number: number, near: number) => number,
  ) {}

  /** Opens both pages over a perfect line, and waits until the watcher hears and sees something. The film has so many pictures. */
  static async open(
    relay: Relay,
    room: Browser,
    hall: Browser,
    side: Side,
    through: Through,
    looks: Looks,
    film: number,
  ) {
    const code = await relay.meeting();
    const site = through === "site" ? await Site.start(relay, "Xã Ga Ry") : undefined;
    const line = site?.line ?? (await Line.start(relay, 7));
    const far = site?.base ?? line.base;
    const speaker = await watched(room, false, 99, { width: 320, height: 240, frame: 200 });
    const watcher = await watched(hall, false, 99, looks);
    await speaker.addInitScript(() => localStorage.setItem("diemcau.camera", "on"));
    for (const page of [speaker, watcher]) await look(page);
    await watcher.goto(address(side === "listener" ? far : relay.base, code, "Hội trường"));
    await speaker.goto(address(side === "speaker" ? far : relay.base, code, "Xã Ga Ry"));
    await watcher.waitForFunction(() => performance.getEntriesByName("first-sound").length > 0, null, {
      timeout: opened,
    });
    for (const until = Date.now() + opened; ; await watcher.waitForTimeout(300)) {
      if ((await drawn(watcher)).some(({ number }) => number !== undefined)) break;
      if (Date.now() > until) throw new Error(`no picture came: ${JSON.stringify((await told(watcher)).slice(-5))}`);
    }
    return new Pictured(line, site, speaker, watcher, await filming(speaker, film));
  }

  /** The line becomes as bad as that, also for TCP. */
  async impair(line: Impairment): Promise<void> {
    await this.line.set(line);
    await this.line.badTCP(true);
  }

  /** When the camera took a number. */
  get clock(): (number: number, near: number) => number {
    return this.taken;
  }

  /** What the watcher has drawn since the last call. */
  seen(): Promise<Seen[]> {
    return drawn(this.watcher);
  }

  /** What the pages were told so far: the watcher of pictures, the speaker of layers to send. */
  async told(): Promise<{ watcher: Told[]; speaker: Told[] }> {
    return { watcher: await told(this.watcher), speaker: await told(this.speaker) };
  }

  /** What the watcher's page counted last of the sound it played. */
  async sound(): Promise<Report | undefined> {
    return (await Scene.reports(this.watcher)).at(-1);
  }

  /** Judges what was heard since the last call or the beginning. */
  async judge(begin: number): Promise<Verdict> {
    const mic = await keep(this.speaker, "microphone", join(out, "pictures-mic"));
    const ear = await keep(this.watcher, "loudspeaker", join(out, "pictures-ear"));
    return judged(mic, ear, begin, []);
  }

  async close(): Promise<void> {
    await this.speaker.close();
    await this.watcher.close();
    await (this.site ?? this.line).end();
  }
}

const told = (page: Page) => page.evaluate(() => (globalThis as unknown as { __told: Told[] }).__told);

/** Counts of both directions of a line. */
export interface Counted {
  down: Count;
  up: Count;
}
