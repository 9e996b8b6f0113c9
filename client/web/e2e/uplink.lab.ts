// What Chromium's congestion control costs a page's way up on a lossy line, and what helps: one, two and three sessions, with and without the relay
// repeating its acknowledgements. `make e2e-uplink` prints the table of docs/uplink.md. Needs an idle machine. ROWS as for the voice; SECONDS a cell (30).

import { execFile, execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "./browser";
import { calm } from "./calm";
import { type Session, seen } from "./inside";
import { diemcau, out, repository } from "./paths";
import { type Impairment, Line, Relay } from "./relay";
import { address, kbps, microphone, type Report, Scene, watched } from "./scene";

const settling = 8000; // ms
const slack = 20_000; // ms that a listener may take to join and to leave: a cell must not hang on one that does not
const measured = 1000 * Number(process.env.SECONDS ?? 30); // ms
const wanted = new RegExp(process.env.ROWS ?? "", "i");
const base = { rate: 256, delay: "75ms" };
const lines: [string, Impairment][] = [
  ["20 % random", { ...base, loss: 20 }],
  ["30 % random", { ...base, loss: 30 }],
  ["40 % random", { ...base, loss: 40 }],
  ["50 % random", { ...base, loss: 50 }],
  ["20 % in bursts of 3", { ...base, loss: 20, burst: 3 }],
  ["40 % in bursts of 4", { ...base, loss: 40, burst: 4 }],
];
const sessions = [1, 2, 3];

let repeating: Relay;
let silent: Relay; // as it ships, but it says nothing twice
let room: Browser;

/** Builds a relay that does not repeat acknowledgements. */
function withoutRepetition(): string {
  const source = join(repository, "transport/acks.go");
  const changed = readFileSync(source, "utf8").replace(/^(\tack(?:Rate|Burst) +=) [\d.]+/gm, "$1 0.0");
  const [file, overlay, program] = ["acks.go", "overlay.json", "diemcau-silent"].map((name) => join(out, name));
  writeFileSync(file, changed);
  writeFileSync(overlay, JSON.stringify({ Replace: { [source]: file } }));
  execFileSync("go", ["build", "-overlay", overlay, "-o", program, "./cmd/diemcau"], {
    cwd: repository,
    stdio: "inherit",
  });
  return program;
}

beforeAll(async () => {
  repeating = await Relay.start();
  silent = await Relay.start(withoutRepetition());
  room = await browser(microphone());
}, 300_000);

afterAll(async () => {
  await room?.close();
  await repeating?.end();
  await silent?.end();
});

/** A participant without a page that listens for so long, and what it heard of the only speaker. */
async function listener(relay: Relay, code: string, ms: number): Promise<{ packets: number; missing: number }> {
  const args = [
    "bot",
    "--server",
    relay.base,
    "--meeting",
    code,
    "--for",
    `${ms}ms`,
    "--json",
    "--insecure",
    "--record",
    join(out, `bot-${code}-${ms}.ogg`),
  ]; // it counts what is missing only then
  const { stdout } = await promisify(execFile)(diemcau, args, { timeout: ms + slack });
  return JSON.parse(stdout).speakers?.[0] ?? { packets: 0, missing: 0 };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Cell {
  kbps: number; // on the wire, upwards
  lost: number; // share of the packets upwards, by the line itself
  frames: number; // that the page had to send
  unsent: number; // share of them that no session took in time
  gated: number; // and that were dropped because the line seemed dead
  waits: [p50: number, p95: number]; // ms until a session takes the next datagram
  deaths: number; // sessions that ended though the page wanted them
  dialled: number;
  missing: number; // share of the frames that the relay never had
}

async function measure(relay: Relay, impairment: Impairment, most: number): Promise<Cell> {
  const line = await Line.start(relay, 5);
  const code = await relay.meeting();
  const speaker = await watched(room, false, most);
  try {
    const audience = listener(relay, code, settling + measured + 8000);
    audience.catch(() => undefined); // it is awaited below, if nothing else fails before
    await speaker.goto(address(line.base, code, "Xã Ga Ry"));
    await speaker.locator("button.mute").waitFor();
    await wait(3000);
    await line.set(impairment);
    await line.badTCP(true);
    await wait(settling);
    const [counted, from] = [await line.counters(), Date.now()];
    const heard = await listener(relay, code, measured);
    const [passed, to] = [await line.counters(), Date.now()];
    const frames = sum((await Scene.reports(speaker)).filter(({ at }) => at > from - 1000 && at < to));
    const { sessions } = await seen(speaker);
    await audience;
    return {
      kbps: kbps(counted.up, passed.up, to - from),
      lost: (passed.up.lost - counted.up.lost) / (passed.up.packets - counted.up.packets),
      frames: frames.offered,
      unsent: frames.unsent / Math.max(frames.offered, 1),
      gated: frames.gated / Math.max(frames.offered, 1),
      waits: percentiles(sessions, from, to),
      deaths: sessions.filter(({ opened, closed, ended }) => opened && closed && closed > from && closed < to && !ended)
        .length,
      dialled: sessions.filter(({ dialled }) => dialled > from && dialled < to).length,
      missing: heard.missing / Math.max(heard.packets + heard.missing, 1),
    };
  } finally {
    await speaker.close();
    await line.end();
  }
}

/** What the counts grew by; with a new line they begin anew. */
function sum(reports: Report[]): { offered: number; unsent: number; gated: number } {
  const grown = { offered: 0, unsent: 0, gated: 0 };
  for (const [i, { counts }] of reports.entries()) {
    const before = reports[i - 1]?.counts;
    if (!before || !counts) continue;
    const anew = counts.offered < before.offered;
    for (const key of ["offered", "unsent", "gated"] as const) grown[key] += counts[key] - (anew ? 0 : before[key]);
  }
  return grown;
}

/** Of the datagrams written meanwhile; one that is still not taken has waited until the session's or the measurement's end. */
function percentiles(sessions: Session[], from: number, to: number): [number, number] {
  const waits = sessions
    .flatMap(({ datagrams, closed }) => datagrams.map(([at, taken]) => [at, taken ?? closed ?? to]))
    .filter(([at]) => at >= from && at < to)
    .map(([at, taken]) => Math.min(taken, to) - at)
    .sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? Number.NaN;
  return [at(0.5), at(0.95)];
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const table = [
  "| line | acknowledgements | sessions | lost by the line | frames | not sent in time | line seemed dead | wait for the browser p50, p95 ms | deaths | dials | missing at the listener | kbit/s up |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|",
];

for (const [name, impairment] of lines.filter(([name]) => wanted.test(name))) {
  for (const again of [false, true]) {
    test(`${name}, acknowledgements ${again ? "three times" : "once"}`, async () => {
      await calm();
      const cells = await Promise.all(sessions.map((most) => measure(again ? repeating : silent, impairment, most)));
      for (const [i, c] of cells.entries()) {
        const waits = c.waits.map((ms) => ms.toFixed(0)).join(", ");
        table.push(
          `| ${name} | ${again ? "three times" : "once"} | ${sessions[i]} | ${percent(c.lost)} | ${c.frames} | ${percent(c.unsent)} | ${percent(c.gated)} | ${waits} | ${c.deaths} | ${c.dialled} | ${percent(c.missing)} | ${c.kbps.toFixed(0)} |`,
        );
      }
      writeFileSync(join(out, "uplink.md"), `${table.join("\n")}\n`);
      console.log(table.slice(-sessions.length).join("\n"));
      expect(cells.every(({ frames }) => frames > 0)).toBe(true);
    }, 300_000);
  }
}
