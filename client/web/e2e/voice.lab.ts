// The voice between two real pages on bad lines, for the listener behind the line and for the speaker behind it: `make e2e-voice`. Needs an idle
// machine. Prints a table and writes it, with a plot, to docs. ROWS=regular expression measures some lines anew and keeps the others' figures; ROUNDS
// of the speech are heard on each (4), and JOINS are tried (10).

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser } from "./browser";
import { busy, calm } from "./calm";
import { seen } from "./inside";
import { firstSounds } from "./join";
import { Relay } from "./relay";
import { load, type Result, save } from "./results";
import { type Row, rows } from "./rows";
import { kbps, microphone, type Report, Scene, type Side } from "./scene";

const sides: Side[] = ["listener", "speaker"];
const settling = 12_000; // ms that the line has to find out how bad it is
const measured = 16_000 * Number(process.env.ROUNDS ?? 4); // ms: rounds of the speech
const outage = 8000; // ms
const outages = 3;
const queued = 300; // ms of queueing
const tries = 3; // of a line while the machine is too busy for
const even = 60; // ms that clocks may slip
const wanted = new RegExp(process.env.ROWS ?? "", "i");

let relay: Relay;
let room: Browser; // whose microphones hear a speech
let hall: Browser;

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  room = await browser(microphone());
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for so long, and changes the line meanwhile. */
async function elapse({ line, steps }: Row, scene: Scene): Promise<void> {
  if (!steps) return void (await wait(measured));
  for (const [ms, rate] of steps) {
    await scene.line.set({ ...line, rate });
    await wait(ms);
  }
}

/** The longest time for which the reports tell of more queueing than that, ms. */
function longestQueue(reports: Report[], rtt: number): number {
  let longest = 0;
  let since: number | undefined;
  for (const report of reports) {
    since = (report.rtt ?? 0) - rtt > queued ? (since ?? report.at) : undefined;
    if (since !== undefined) longest = Math.max(longest, report.at - since + 1000);
  }
  return longest;
}

/** One side after the other: four pages at once are more than two processors carry in time. Again where a busy machine disturbed; the least disturbed counts. */
async function undisturbed(row: Row): Promise<Result[]> {
  const both: Result[] = [];
  for (const side of sides) {
    await calm();
    let best = await measure(row, side);
    for (let n = 1; n < tries && best.slip > even; n++) {
      await calm();
      const again = await measure(row, side);
      if (again.slip < best.slip) best = again;
    }
    both.push(best);
  }
  return both;
}

async function measure(row: Row, side: Side): Promise<Result> {
  const scene = await Scene.open(relay, room, hall, side, 7, row.processing);
  try {
    if (row.noUDP) await scene.line.udp(false);
    await scene.impair(row.line);
    await wait(row.noUDP ? 2 * settling : settling);
    const begin = Date.now();
    const work = busy();
    const [before, played] = [await scene.line.counters(), (await Scene.reports(scene.listener)).at(-1)];
    await elapse(row, scene);
    const [after, ms] = [await scene.line.counters(), Date.now() - begin];
    const heard = (await Scene.reports(scene.listener)).at(-1);
    const reports = (await Scene.reports(scene.behind)).filter(({ at }) => at > begin);
    const inside = await seen(scene.behind);
    const heardBy = await seen(scene.listener);
    const verdict = await scene.judge(begin);
    const sound = (heard?.counts?.sound ?? 0) - (played?.counts?.sound ?? 0);
    const absent = (heard?.counts?.absent ?? 0) - (played?.counts?.absent ?? 0);
    const [to, from] = [kbps(before.down, after.down, ms), kbps(before.up, after.up, ms)];
    return {
      side,
      estoi: verdict.mean,
      worst: verdict.worst,
      utterances: verdict.utterances.length,
      absent,
      missing: absent / Math.max(sound + absent, 1),
      media: side === "listener" ? to : from,
      back: side === "listener" ? from : to,
      overflow: after.up.overflow + after.down.overflow - before.up.overflow - before.down.overflow,
      delay: verdict.delay,
      delayMost: verdict.delayMost,
      queued: row.steps && longestQueue(reports, 150),
      busy: work(),
      slip: Math.max(...verdict.slip),
      reports: reports.slice(-3),
      plans: heardBy.plans.concat(side === "speaker" ? inside.plans : []),
      sessions: inside.sessions.length,
    };
  } finally {
    await scene.close();
  }
}

/** Outages that end while something is said; ms until speech is heard after each. */
async function returns(side: Side): Promise<(number | null)[]> {
  const scene = await Scene.open(relay, room, hall, side, 7);
  const line = { rate: 256, delay: "75ms" };
  try {
    await scene.impair(line);
    await wait(8000);
    const { zero, round, longest } = await scene.judge();
    const ends: number[] = [];
    for (let i = 0; i < outages; i++) {
      // It ends half a second after a long utterance began.
      const into = (Date.now() + outage + 1000 - zero - longest[0] - 500) % round;
      await wait(1000 + (round - into));
      await scene.line.set({ ...line, outages: [`0s+${outage}ms`] });
      ends.push(Date.now() + outage);
      await wait(outage + 6000);
    }
    const verdict = await scene.judge(0, ends);
    return verdict.back ?? [];
  } finally {
    await scene.close();
  }
}

const results = load();

for (const row of rows.filter(({ name }) => wanted.test(name))) {
  test(row.name, async () => {
    const both = await undisturbed(row);
    save(results, { [row.name]: both });
    expect(both.every(({ utterances }) => utterances > 4)).toBe(true);
  }, 2_000_000);
}

const outageName = "8 s outage";
test.runIf(wanted.test(outageName))(
  outageName,
  async () => {
    await calm();
    const [listener, speaker] = await Promise.all(sides.map(returns));
    save(results, { outage: { listener, speaker } });
    expect([...listener, ...speaker].length).toBe(2 * outages);
  },
  300_000,
);

for (const loss of [30, 50]) {
  const name = `first sound at ${loss} %`;
  test.runIf(wanted.test(name))(
    name,
    async () => {
      await calm();
      const listener = await firstSounds(relay, room, hall, "listener", loss);
      const speaker = await firstSounds(relay, room, hall, "speaker", loss);
      save(results, { [`join ${loss}`]: { listener, speaker } });
      expect(listener.length).toBe(speaker.length);
    },
    900_000,
  );
}
