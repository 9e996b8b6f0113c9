// Voice and picture between two real pages on bad lines, the browser directly and through `diemcau site`: `make e2e-pictures`. Needs an idle machine. Prints the tables of
// docs/pictures-chromium.md. ROWS=regular expression, WAYS="listener direct,speaker site,…" choose; SECONDS a cell (60).

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "./browser";
import { busy, calm } from "./calm";
import { film } from "./film";
import { out } from "./paths";
import { Pictured, type Through } from "./pictured";
import { type Aim, type Row, rows, usual } from "./pictures.rows";
import { Relay } from "./relay";
import { intoDocs } from "./report";
import { kbps, microphone, type Side, type Told } from "./scene";
import { shown } from "./shown";
import { judge, type Seen, type Watched } from "./watcher";

const settling = 20_000; // ms that the line has to find out how bad it is
const measured = 1000 * Number(process.env.SECONDS ?? 60);
const pictures = 300; // of the film
const wanted = new RegExp(process.env.ROWS ?? "", "i");
const ways = (process.env.WAYS ?? "listener direct,speaker direct,listener site,speaker site").split(",").map((way) => {
  const [side, through] = way.trim().split(" ");
  return { side: side as Side, through: through as Through };
});

let relay: Relay;
let hall: Browser;
const rooms = new Map<string, Browser>(); // by the film that their cameras see

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
});

afterAll(async () => {
  for (const room of rooms.values()) await room.close();
  await hall?.close();
  await relay?.end();
});

async function roomWith(width: number, height: number): Promise<Browser> {
  const file = await film(hall, width, height, pictures);
  const room = rooms.get(file) ?? (await browser(microphone(), undefined, file));
  rooms.set(file, room);
  return room;
}

interface Cell {
  estoi: number | null;
  delay: number | null; // of the voice
  missing: number; // share
  absent: number; // ms of sound
  picture: Watched;
  up: number; // kbit/s
  down: number;
  busy: number;
  slip: number;
  step?: Step;
}

/** What a line that becomes narrow for a while did to the picture, ms. */
interface Step {
  shed: number | null; // until the last picture of the former size
  back: number | null; // until the next picture of that size
  hole: number; // the longest time without a picture
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(row: Row, side: Side, through: Through): Promise<Cell> {
  const [width, height] = row.film ?? usual.film;
  const scene = await Pictured.open(
    relay,
    await roomWith(width, height),
    hall,
    side,
    through,
    row.looks ?? usual.looks,
    pictures,
  );
  try {
    await scene.impair(row.line);
    await wait(settling);
    const [begin, work] = [Date.now(), busy()];
    const [before, played] = [await scene.line.counters(), await scene.sound()];
    await scene.seen();
    const steps = row.step ? await elapse(row, scene) : await wait(measured).then(() => undefined);
    const [after, end] = [await scene.line.counters(), Date.now()];
    const [seen, heard] = [await scene.seen(), await scene.sound()];
    const share = work();
    const verdict = await scene.judge(begin);
    const count = (key: "sound" | "absent") => (heard?.counts?.[key] ?? 0) - (played?.counts?.[key] ?? 0);
    log(row.name, side, through, begin, await scene.told(), seen);
    return {
      estoi: verdict.mean,
      delay: verdict.delay,
      missing: count("absent") / Math.max(count("sound") + count("absent"), 1),
      absent: count("absent"),
      picture: judge(seen, begin, end, pictures, scene.clock),
      up: kbps(before.up, after.up, end - begin),
      down: kbps(before.down, after.down, end - begin),
      busy: share,
      slip: Math.max(...verdict.slip),
      step: steps && stepped(seen, ...steps),
    };
  } finally {
    await scene.close();
  }
}

/** Lets the line become narrow and wide again; the moments of both. */
async function elapse({ line, step }: Row, { line: wire }: Pictured): Promise<[narrow: number, wide: number]> {
  const { before, during, rate, after } = step as NonNullable<Row["step"]>;
  await wait(before);
  const narrow = Date.now();
  await wire.set({ ...line, rate });
  await wait(during);
  const wide = Date.now();
  await wire.set(line);
  await wait(after);
  return [narrow, wide];
}

function stepped(seen: Seen[], narrow: number, wide: number): Step {
  const heights = seen.filter(({ at }) => at < narrow).map(({ height }) => height);
  const usualHeight = heights.sort((a, b) => a - b)[heights.length >> 1];
  const last = seen.filter(({ at, height }) => at < wide && height >= usualHeight).at(-1);
  const first = seen.find(({ at, height }) => at > wide && height >= usualHeight);
  const times = seen.map(({ at }) => at);
  return {
    shed: last ? Math.max(0, last.at - narrow) : null,
    back: first ? first.at - wide : null,
    hole: Math.max(...times.slice(1).map((at, i) => at - times[i])),
  };
}

/** Keeps what pages were told and what was drawn each second, for whoever asks why. */
function log(
  name: string,
  side: Side,
  through: Through,
  begin: number,
  told: { watcher: Told[]; speaker: Told[] },
  seen: Seen[],
): void {
  const second = (at: number) => ((at - begin) / 1000).toFixed(1);
  const lines = [
    ...told.watcher.map((t) => ({ ...t, who: "watcher" })),
    ...told.speaker.map((t) => ({ ...t, who: "speaker" })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, ...rest }) => `${second(at)} ${JSON.stringify(rest)}`);
  const perSecond = new Map<number, string[]>();
  for (const { at, height, number } of seen) {
    const s = Math.floor((at - begin) / 1000);
    perSecond.set(s, [...(perSecond.get(s) ?? []), `${number ?? "?"}@${height}`]);
  }
  for (const [s, all] of perSecond) lines.push(`drawn ${s}: ${all.length}: ${all.join(" ")}`);
  writeFileSync(join(out, `pictures ${name.replaceAll("/", " ")}, ${side}, ${through}.log`), `${lines.join("\n")}\n`);
}

const seconds = (ms: number | null) => (ms === null ? "never" : (ms / 1000).toFixed(1));
const mark = (good: boolean | undefined) => (good === undefined ? "" : good ? " ✓" : " ✗");
const least = (value: number | null, aim?: number) =>
  mark(aim === undefined ? undefined : value !== null && value >= aim);
const most = (value: number | null, aim?: number) =>
  mark(aim === undefined ? undefined : value !== null && value <= aim);

function line(name: string, aim: Aim, side: Side, through: Through, c: Cell): string {
  const fps = typeof aim.fps === "object" ? aim.fps[through] : aim.fps;
  const p = c.picture;
  return `| ${[
    name,
    `${through === "site" ? "site" : "browser"}, ${side}`,
    `${c.estoi?.toFixed(3) ?? "–"}${least(c.estoi, aim.estoi)}`,
    `${c.delay?.toFixed(0) ?? "–"}${most(c.delay, aim.delay)}`,
    `${(100 * c.missing).toFixed(2)} %`,
    `${p.fps.toFixed(1)}${least(p.fps, fps)}`,
    `${p.height}${least(p.height, aim.height)}`,
    `${p.frozen.toFixed(1)}${most(p.frozen, aim.frozen)}`,
    `${(p.gap / 1000).toFixed(1)}${most(p.gap, aim.gap)}`,
    p.delay?.toFixed(0) ?? "–",
    `${(100 * p.wrong).toFixed(1)} %, ${p.back}`,
    `${c.up.toFixed(0)}, ${c.down.toFixed(0)}`,
    `${c.slip.toFixed(0)}, ${(100 * c.busy).toFixed(0)} %`,
  ].join(" | ")} |`;
}

const table = [
  "| line | behind it | ESTOI | voice, ms | sound missing | pictures/s | height | frozen s/min | longest without, s | picture, ms | unread, backwards | kbit/s up, down | slip ms, busy |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
];
const stepTable = [
  "| line | behind it | former size last seen after the fall, s | sound missing, ms | without a picture at most, s | former size again after the rise, s |",
  "|---|---|---|---|---|---|",
];

for (const row of rows.filter(({ name }) => wanted.test(name))) {
  for (const { side, through } of ways) {
    test(`${row.name}, ${side}, ${through}`, async () => {
      await calm();
      const cell = await measure(row, side, through);
      table.push(line(row.name, row.aim, side, through, cell));
      console.log(table.at(-1));
      if (cell.step) {
        const { shed, back, hole } = cell.step;
        stepTable.push(
          `| ${row.name} | ${through === "site" ? "site" : "browser"}, ${side} | ${seconds(shed)}${most(shed, 1000)} | ${cell.absent.toFixed(0)} | ${seconds(hole)} | ${seconds(back)}${most(back, 10_000)} |`,
        );
        console.log(stepTable.at(-1));
      }
      save();
      expect(cell.picture.fps).toBeGreaterThan(0);
    }, 400_000);
  }
}

const slideTable = [
  "| 64 kbit/s, RTT 300, a page of a document | not sent ahead: readable after s | whole after s | sent ahead: there after s | sound missing meanwhile, ms |",
  "|---|---|---|---|---|",
];

for (const through of new Set(ways.map(({ through }) => through))) {
  test.runIf(wanted.test("slide"))(
    `slide, ${through}`,
    async () => {
      await calm();
      const { readable, whole, ahead, missing } = await shown(relay, await roomWith(...usual.film), hall, through);
      slideTable.push(
        `| ${through === "site" ? "site" : "browser"} | ${seconds(readable)}${most(readable, 8000)} | ${seconds(whole)}${most(whole, 20_000)} | ${seconds(ahead)}${most(ahead, 1000)} | ${missing.toFixed(0)} |`,
      );
      console.log(slideTable.at(-1));
      save();
      expect(slideTable.length).toBeGreaterThan(2);
    },
    400_000,
  );
}

/** Writes the tables, also into the report. */
function save(): void {
  const text = `${[table, stepTable, slideTable]
    .filter((rows) => rows.length > 2)
    .map((rows) => rows.join("\n"))
    .join("\n\n")}\n`;
  writeFileSync(join(out, "pictures.md"), text);
  if (!process.env.ROWS && !process.env.WAYS) intoDocs("pictures-chromium.md", text);
}
