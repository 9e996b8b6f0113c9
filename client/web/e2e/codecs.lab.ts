// Which codec for which picture: `make e2e-codecs` encodes a speaking head and a written page with every software encoder of Chromium, compares what is
// decoded again with what was drawn, and prints the tables of docs/codecs.md. ROWS=regular expression measures some; ROUNDS repeats (3) for the medians of CPU time.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "./browser";
import { bench, bundle } from "./bundle";
import type * as Lab from "./clip/lab";
import { out } from "./paths";
import { intoDocs } from "./report";

declare const lab: typeof Lab; // in the page

const rounds = Number(process.env.ROUNDS ?? 3);
const wanted = new RegExp(process.env.ROWS ?? "", "i");
const codecs = {
  vp8: { codec: "vp8" },
  vp9: { codec: "vp09.00.31.08" },
  av1: { codec: "av01.0.05M.08" },
  h264: { codec: "avc1.42E01F", avc: { format: "annexb" } },
} as const;
type Name = keyof typeof codecs;
const names = Object.keys(codecs) as Name[];

const camera = (width: number, height: number, fps: number, seconds: number): Lab.Source => ({
  clip: "head",
  width,
  height,
  fps,
  seconds,
});
const written: Lab.Source = { clip: "screen", width: 1280, height: 720, fps: 5, seconds: 16 };
const sources: { name: string; source: Lab.Source; rates: number[]; extra?: boolean }[] = [
  { name: "camera 160x90, 5/s", source: camera(160, 90, 5, 16), rates: [30] },
  { name: "camera 320x180, 15/s", source: camera(320, 180, 15, 12), rates: [60, 100, 160], extra: true },
  { name: "camera 640x360, 20/s", source: camera(640, 360, 20, 9), rates: [300], extra: true },
  { name: "camera 1280x720, 30/s", source: camera(1280, 720, 30, 8), rates: [1200], extra: true },
  { name: "screen 1280x720, 5/s", source: written, rates: [60, 200, 400], extra: true },
];

let in_: Browser;
let system: CDPSession;
let page: Page;
const report: string[] = [];

beforeAll(async () => {
  in_ = await browser();
  system = await in_.newBrowserCDPSession();
  page = await bench(in_, await bundle("clip/lab.ts"));
});

afterAll(async () => {
  const text = `${report.join("\n")}\n`;
  writeFileSync(join(out, "codecs.md"), text);
  if (!process.env.ROWS) intoDocs("codecs.md", text);
  await in_?.close();
});

const config = (name: Name, { width, height, fps, clip }: Lab.Source, kbps: number, mode?: string, more: object = {}) =>
  ({
    ...codecs[name],
    width,
    height,
    framerate: fps,
    bitrate: kbps * 1000,
    bitrateMode: "constant",
    latencyMode: "realtime",
    hardwareAcceleration: "prefer-software",
    scalabilityMode: mode,
    contentHint: clip === "screen" ? "text" : "motion",
    ...more,
  }) as VideoEncoderConfig;

/** CPU time of all of the browser's processes that have a page or draw, s. */
async function cpu(): Promise<number> {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  return processInfo.filter(({ type }) => type !== "browser").reduce((all, { cpuTime }) => all + cpuTime, 0);
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const before = await cpu();
  const value = await work();
  return { ms: (await cpu()).valueOf() * 1000 - before * 1000, value };
}

const median = (of: number[]) => [...of].sort((a, b) => a - b)[of.length >> 1];

interface Cell extends Lab.Figures {
  encode: number; // ms of CPU a frame
  decode: number;
}

async function measure(what: VideoEncoderConfig, repeat = rounds): Promise<Cell> {
  const [encode, decode]: number[][] = [[], []];
  for (let i = 0; i < repeat; i++) {
    const made = await timed(() => page.evaluate(async (what) => (await lab.encode(what)).length, what));
    encode.push(made.ms / made.value);
    const read = await timed(() => page.evaluate(async () => (await lab.decode()).came));
    decode.push(read.ms / Math.max(read.value, 1));
  }
  const figures = await page.evaluate(() => lab.figures());
  return { ...figures, encode: median(encode), decode: median(decode) };
}

const supported = (what: VideoEncoderConfig) => page.evaluate((what) => lab.supported(what), what);

function say(...lines: string[]): void {
  report.push(...lines);
  console.log(lines.join("\n"));
}

const row = (name: string, kbps: number, c: Cell) =>
  `| ${name} | ${kbps} | ${c.kbps.toFixed(0)} | ${c.peak.toFixed(0)} | ${c.frames}/${c.of} | ${(c.key / 1000).toFixed(1)} | ${(c.largest / 1000).toFixed(1)} | ${c.psnr.toFixed(1)} | ${c.ssim.toFixed(3)} | ${c.worst.toFixed(3)} | ${c.encode.toFixed(1)} | ${c.decode.toFixed(1)} | ${c.ms.toFixed(1)} |`;
const head = [
  "| codec | asked kbit/s | came | worst second | frames | key kB | largest other kB | PSNR-Y | SSIM | its 10 % | encode CPU ms | decode CPU ms | wall ms |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
];

for (const { name, source, rates, extra } of sources.filter(({ name }) => wanted.test(name))) {
  test(name, async () => {
    await page.evaluate((source) => lab.draw(source), source);
    say("", `### ${name}`, "", ...head);
    for (const kbps of rates) for (const codec of names) await one(codec, codec, config(codec, source, kbps), kbps);
    say("", "| codec | key frame asked for in the middle, kB | that second, kbit/s |", "|---|---|---|");
    for (const codec of names) {
      const key = await page.evaluate((what) => lab.asked(what), config(codec, source, rates[rates.length >> 1]));
      say(`| ${codec} | ${(key.bytes / 1000).toFixed(1)} | ${key.kbps.toFixed(0)} |`);
    }
    if (!extra) return;
    say("", ...head);
    const middle = rates[rates.length >> 1];
    for (const codec of names) {
      for (const mode of ["L1T2", "L1T3"])
        await one(codec, `${codec} ${mode}`, config(codec, source, middle, mode), middle);
      await one(
        codec,
        `${codec} variable`,
        config(codec, source, middle, undefined, { bitrateMode: "variable" }),
        middle,
      );
      for (const contentHint of source.clip === "screen" ? ["", "detail", "motion"] : ["", "detail"])
        await one(
          codec,
          `${codec}, hint ${contentHint || "none"}`,
          config(codec, source, middle, undefined, { contentHint }),
          middle,
        );
    }
    expect(report.length).toBeGreaterThan(4);
  }, 1_500_000);
}

async function one(codec: Name, title: string, what: VideoEncoderConfig, kbps: number): Promise<void> {
  if (!(await supported(what))) return say(`| ${title} | ${kbps} | not supported |`);
  const cell = await measure(what, title === codec ? rounds : 1).catch((e) => String(e));
  if (typeof cell === "string") return say(`| ${title} | ${kbps} | ${cell.split("\n")[0]} |`);
  say(row(title, kbps, cell));
  if (!what.scalabilityMode) return;
  const shares = cell.layers.filter(Boolean).map((s) => `${(100 * s).toFixed(0)} %`);
  say(`| | | layers: ${shares.join(", ")}; the lowest alone ${cell.base ? "decodes" : "does not decode"} |`);
}

const moments = (source: Lab.Source) => [1, 3, 5, 7, 9, 11].map((s) => Math.min(s, source.seconds - 1) * source.fps);

for (const [name, source, limit, hint] of [
  ["still 320x180", camera(320, 180, 5, 12), 8000],
  ["still 320x180", camera(320, 180, 5, 12), 4000],
  ["still of a screen 1280x720", { ...written, seconds: 12 }, 25_000],
  ["still of a screen 1280x720, no hint", { ...written, seconds: 12 }, 25_000, ""],
  ["still of a screen 960x540", { ...written, width: 960, height: 540, seconds: 12 }, 25_000],
  ["still of a screen 960x540, no hint", { ...written, width: 960, height: 540, seconds: 12 }, 25_000, ""],
  ["still of a screen 640x360", { ...written, width: 640, height: 360, seconds: 12 }, 25_000],
] as const) {
  test.runIf(wanted.test(name))(
    `${name}, ${limit}`,
    async () => {
      await page.evaluate((source) => lab.draw(source), source);
      say(
        "",
        `### ${name}, at most ${limit / 1000} kB`,
        "",
        "| codec | bytes | most | PSNR-Y | SSIM | SSIM as a picture of 1280x720 | times encoded |",
        "|---|---|---|---|---|---|---|",
      );
      for (const codec of names) {
        const what = config(codec, source, 100, undefined, hint === undefined ? {} : { contentHint: hint });
        const value = await page.evaluate(([what, limit, at]) => lab.stills(what, limit, at), [
          what,
          limit,
          moments(source),
        ] as const);
        if (value.length === 0) {
          say(`| ${codec} | none is so small |`);
          continue;
        }
        const mean = (of: (s: Lab.Still) => number) => value.map(of).reduce((a, b) => a + b, 0) / value.length;
        say(
          `| ${codec} | ${mean((s) => s.bytes).toFixed(0)} (${value.length} of ${moments(source).length}) | ${Math.max(...value.map((s) => s.bytes))} | ${mean((s) => s.psnr).toFixed(1)} | ${mean((s) => s.ssim).toFixed(3)} | ${mean((s) => s.wide).toFixed(3)} | ${mean((s) => s.tries).toFixed(1)} |`,
        );
      }
      expect(report.length).toBeGreaterThan(4);
    },
    300_000,
  );
}

test.runIf(wanted.test("missing"))(
  "a missing frame, and another rate",
  async () => {
    const source = camera(320, 180, 15, 6);
    await page.evaluate((source) => lab.draw(source), source);
    say(
      "",
      "### A missing frame, and another rate",
      "",
      "| codec | frames that came after frame 20 of 90 was lost | worst damage dB | decoder | 100 → 50 kbit/s: key frame, first second, second | 50 → 150 |",
      "|---|---|---|---|---|---|",
    );
    for (const codec of names) {
      const what = config(codec, source, 100);
      const lost = await page.evaluate((what) => lab.lose(what, 20), what);
      const down = await page.evaluate((what) => lab.reconfigure(what, 50_000), what);
      const up = await page.evaluate((what) => lab.reconfigure({ ...what, bitrate: 50_000 }, 150_000), what);
      const change = ({ key, first, second }: typeof up) =>
        `${key ? "a key frame" : "none"}, ${first.toFixed(0)}, ${second.toFixed(0)}`;
      say(
        `| ${codec} | ${lost.came} | ${lost.damage.toFixed(1)} | ${lost.error ?? "goes on"} | ${change(down)} | ${change(up)} |`,
      );
    }
    expect(report.length).toBeGreaterThan(4);
  },
  300_000,
);
