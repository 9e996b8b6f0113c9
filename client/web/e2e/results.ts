// The figures of `make e2e-voice`, kept in e2e/out between runs, and the report that is made of them.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inside } from "./inside";
import { out, repository } from "./paths";
import { plot } from "./plot";
import { rows, type Target } from "./rows";
import type { Report, Side } from "./scene";

/** One line and side. Shares are 0 to 1; media: direction of the voice, back: the other, both kbit/s of IP packets. */
export interface Result {
  side: Side;
  estoi: number | null; // mean of the utterances
  worst: number | null;
  utterances: number;
  absent: number; // ms
  missing: number;
  media: number;
  back: number;
  overflow: number; // packets that found the bottleneck's queue full
  delay: number | null; // median, ms
  delayMost: number | null;
  queued?: number; // longest time of more than 300 ms of queueing, ms
  busy: number; // share of the machine
  slip: number; // unevenness of the recordings' clocks, ms: what a busy machine leaves out
  reports: Report[]; // the last ones of the page behind the line
  plans: Inside["plans"]; // that the listener got, and the speaker behind the line
  sessions: number; // that the page behind the line dialled
}

type Times = Record<Side, (number | null)[]>;
export type Results = Record<string, Result[] | Times>;

const file = join(out, "voice.json");
const docs = join(repository, "docs");

export const load = (): Results => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});

/** Adds figures, prints them, and writes the report anew. */
export function save(results: Results, more: Results): void {
  Object.assign(results, more);
  writeFileSync(file, JSON.stringify(results, null, 1));
  console.log(table(results, Object.keys(more)));
  if (!existsSync(docs)) return;
  writeFileSync(join(docs, "voice-chromium.svg"), plot(results));
  const page = join(docs, "voice-chromium.md");
  if (!existsSync(page)) return;
  const [begin, end] = ["<!-- figures -->\n", "<!-- end -->"];
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from >= 0 && to >= 0) writeFileSync(page, text.slice(0, from + begin.length) + table(results) + text.slice(to));
}

const mark = (good: boolean | undefined) => (good === undefined ? "" : good ? " ✓" : " ✗");
const below = (value: number | null, most?: number) =>
  most === undefined ? "" : mark(value !== null && value <= most);
const estoi = (value: number | null) => value?.toFixed(3).replace(/^0/, "") ?? "–";

function cells(r: Result, t: Target): string {
  const scored = t.estoi === undefined ? "" : mark(r.estoi !== null && r.estoi >= t.estoi);
  const missing = `${(100 * r.missing).toFixed(2)} %`;
  return [
    `${estoi(r.estoi)}${scored}`,
    estoi(r.worst),
    `${missing}${below(Number((100 * r.missing).toFixed(2)), t.missing === undefined ? undefined : 100 * t.missing)}`,
    `${r.media.toFixed(0)}${below(Math.round(r.media), t.kbps)}`,
    r.back.toFixed(0),
    `${r.delay?.toFixed(0) ?? "–"}${below(r.delay, t.delay)}`,
    r.delayMost?.toFixed(0) ?? "–",
    r.slip.toFixed(0),
    `${(100 * r.busy).toFixed(0)} %`,
  ].join(" | ");
}

const goal = ({ estoi, missing, kbps, delay }: Target) =>
  [estoi && `≥ ${estoi}`, missing !== undefined && `≤ ${100 * missing} %`, kbps && `≤ ${kbps}`, delay && `≤ ${delay}`]
    .filter(Boolean)
    .join(", ");

/** The figures as Markdown: all, or of some lines. */
export function table(results: Results, only?: string[]): string {
  const has = (name: string) => name in results && (!only || only.includes(name));
  const lines: string[] = [];
  const measured = rows.filter(({ name }) => has(name));
  if (measured.length > 0) {
    lines.push(
      "| line | target | behind it | ESTOI, mean | worst | missing | kbit/s | return | mic to ear, p50 ms | most | slip | busy |",
      "|---|---|---|---|---|---|---|---|---|---|---|---|",
    );
  }
  for (const { name, target, steps } of measured) {
    for (const r of results[name] as Result[]) {
      lines.push(`| ${name} | ${goal(target)} | ${r.side} | ${cells(r, target)} |`);
      if (steps)
        lines.push(
          `| | ≤ 2 s | ${r.side} | queue > 300 ms for ${((r.queued ?? 0) / 1000).toFixed(0)} s${below(r.queued ?? 0, 2000)} | | | | | | | | |`,
        );
    }
  }
  lines.push(...times(results, has));
  return `${lines.join("\n")}\n`;
}

function times(results: Results, has: (name: string) => boolean): string[] {
  const lines = ["", "| | target | behind the line | s, each | |", "|---|---|---|---|---|"];
  const add = (name: string, title: string, goal: string, good: (of: number[], n: number) => boolean) => {
    if (!has(name)) return;
    for (const [side, all] of Object.entries(results[name] as Times)) {
      const known = all.map((ms) => ms ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
      const each = known.map((ms) => (ms / 1000).toFixed(1).replace("Infinity", "never")).join(" ");
      lines.push(`| ${title} | ${goal} | ${side} | ${each} |${mark(good(known, all.length))} |`);
    }
  };
  const middle = (of: number[]) => of[(of.length - 1) >> 1];
  add(
    "outage",
    "speech again after 8 s outage",
    "≤ 1.2 s (max 2)",
    (of) => middle(of) <= 1200 && of[of.length - 1] <= 2000,
  );
  add("join 30", "first sound at 30 %", "≤ 4 s, 9 of 10", (of, n) => of.filter((ms) => ms <= 4000).length >= 0.9 * n);
  add("join 50", "first sound at 50 %", "10 of 10, ≤ 6 s", (of) => of.every((ms) => ms <= 6000));
  return lines.length > 3 ? lines : [];
}
