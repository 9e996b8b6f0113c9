// One speaker and one listener in a meeting, one of them behind a bad line; the other is beside the relay. What is measured of them.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { LineState } from "../src/transport/line";
import type { FromVideo } from "../src/video/messages";
import { keep, tapped } from "./browser";
import { lookInside } from "./inside";
import { judge, out, repository } from "./paths";
import { type Count, type Impairment, Line, type Relay } from "./relay";

/** Who is behind the line. */
export type Side = "listener" | "speaker";

/** What cmd/internal/judge says of a recording; see there. */
export interface Verdict {
  zero: number;
  round: number;
  longest: [number, number];
  utterances: { at: number; score: number; delay: number }[];
  median: number | null;
  mean: number | null;
  worst: number | null;
  delay: number | null;
  delayMost: number | null;
  slip: [number, number];
  back: (number | null)[] | null;
}

/** A report of the page on its line, and its wall clock in ms. */
export type Report = LineState & { at: number };

/** What the video worker said of pictures, and when. */
export type Told = FromVideo & { at: number };

const speeches = join(repository, "codec/testdata");

/** Writes the sound for microphones and returns the file. */
export function microphone(): string {
  const file = join(out, "microphone.wav");
  execFileSync(judge, ["microphone", "--speech", speeches, file]);
  return file;
}

/** Reports are kept, and what is said of pictures; echo cancelling, noise suppression and gain control are as asked. Runs in the page before its own scripts. */
function watch([processing, frame]: readonly [processing: boolean, frame: number]): void {
  const reports: unknown[] = [];
  const told: Told[] = [];
  Object.assign(globalThis, { __reports: reports, __told: told });
  const Plain = Worker;
  globalThis.Worker = class extends Plain {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        const at = performance.timeOrigin + performance.now();
        if (data?.type === "line") reports.push({ ...data.line, at });
        if (["pictures", "sending", "paused", "trouble"].includes(data?.type)) told.push({ ...data, at });
      });
    }
  };
  // A machine without a graphics card spends half a processor on a meter that moves 60 times a second.
  globalThis.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()), frame);
  globalThis.cancelAnimationFrame = (timer) => clearTimeout(timer);
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wish) => {
    const audio = wish?.audio as MediaTrackConstraints | undefined;
    for (const key of ["echoCancellation", "noiseSuppression", "autoGainControl"] as const)
      if (audio) audio[key] = processing;
    return open(wish);
  };
}

/** How large a page that is measured is, and how long it waits until it draws again, ms: drawing by software takes half a processor from what is measured. */
export interface Looks {
  width: number;
  height: number;
  frame: number;
}

const tiny: Looks = { width: 320, height: 240, frame: 200 };

/** Opens a page that is measured; it gets at most so many sessions at a time. */
export async function watched(
  in_: Browser,
  processing = false,
  sessions = 99,
  { width, height, frame }: Looks = tiny,
): Promise<Page> {
  const page = await tapped(in_, { serviceWorkers: "block", viewport: { width, height }, reducedMotion: "reduce" });
  await page.addInitScript(watch, [processing, frame] as const);
  await lookInside(page, sessions);
  return page;
}

export const address = (base: string, code: string, name: string) =>
  `${base}/m/${code}?name=${encodeURIComponent(name)}&join=1`;

/** A meeting of two. */
export class Scene {
  private constructor(
    readonly side: Side,
    readonly line: Line,
    readonly speaker: Page,
    readonly listener: Page,
  ) {}

  /** Opens both pages over a perfect line, and waits until the listener hears something. */
  static async open(
    relay: Relay,
    room: Browser,
    hall: Browser,
    side: Side,
    seed: number,
    processing = false,
  ): Promise<Scene> {
    const line = await Line.start(relay, seed);
    const code = await relay.meeting();
    const [speaker, listener] = [await watched(room, processing), await watched(hall)];
    await listener.goto(address(side === "listener" ? line.base : relay.base, code, "Hội trường"));
    await speaker.goto(address(side === "speaker" ? line.base : relay.base, code, "Xã Ga Ry"));
    await listener.waitForFunction(() => performance.getEntriesByName("first-sound").length > 0, null, {
      timeout: 60_000,
    });
    return new Scene(side, line, speaker, listener);
  }

  /** The line becomes as bad as that, also for TCP. */
  async impair(line: Impairment): Promise<void> {
    await this.line.set(line);
    await this.line.badTCP(true);
  }

  /** The page behind the line. */
  get behind(): Page {
    return this.side === "listener" ? this.listener : this.speaker;
  }

  /** What a page said of its line so far, one report a second. */
  static reports(page: Page): Promise<Report[]> {
    return page.evaluate(() => (globalThis as unknown as { __reports: Report[] }).__reports);
  }

  /** Judges what was heard since the last call or the beginning. */
  async judge(begin = 0, back: number[] = []): Promise<Verdict> {
    const mic = await keep(this.speaker, "microphone", join(out, `${this.side}-mic`));
    const ear = await keep(this.listener, "loudspeaker", join(out, `${this.side}-ear`));
    return judged(mic, ear, begin, back);
  }

  async close(): Promise<void> {
    await this.speaker.close();
    await this.listener.close();
    await this.line.end();
  }
}

export function judged(mic: string, ear: string, begin: number, back: number[]): Verdict {
  const args = ["hear", "--speech", speeches, "--begin", `${begin}`, ...back.map((at) => `--back=${at}`), mic, ear];
  return JSON.parse(execFileSync(judge, args, { encoding: "utf8" }));
}

/** kbit/s of IP packets that were offered to a direction between two countings. */
export const kbps = (before: Count, after: Count, ms: number) => ((after.bytes - before.bytes) * 8) / ms;
