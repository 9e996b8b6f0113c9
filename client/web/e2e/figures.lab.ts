// What a person on a clean line gets, measured in real Chromium: `make bench` prints it. Nothing is asserted but that something was heard.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { browser, decode, heard, listen } from "./browser";
import { Line, Relay } from "./relay";
import { cut, likeness } from "./sound";

const rounds = 5;

let relay: Relay;
let room: Browser;
let hall: Browser;

beforeAll(async () => {
  relay = await Relay.start();
  hall = await browser();
  room = await browser((await decode(hall, "speech-a")).file);
});

afterAll(async () => {
  await room?.close();
  await hall?.close();
  await relay?.end();
});

const median = (of: number[]) => of.sort((a, b) => a - b)[of.length >> 1];

test("a clean line", async () => {
  const line = await Line.start(relay);
  const first: number[] = [];
  const delay: number[] = [];
  const up: number[] = [];
  const down: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const code = await relay.meeting();
    const speaker = await listen(room, `${relay.base}/m/${code}?name=A&join=1`);
    await speaker.locator("button.mute").waitFor();
    await speaker.waitForTimeout(2000);
    const listener = await listen(hall, `${line.base}/m/${code}?name=B&join=1`); // only the listener is behind the counted line
    await listener.waitForTimeout(5000);
    first.push(await listener.evaluate(() => performance.getEntriesByName("first-sound")[0]?.startTime ?? Number.NaN));
    await heard(speaker, "microphone");
    await heard(listener);
    const before = await line.counters();
    await listener.waitForTimeout(10_000);
    const after = await line.counters();
    down.push(((after.down.deliveredBytes - before.down.deliveredBytes) * 8) / 10_000);
    up.push(((after.up.deliveredBytes - before.up.deliveredBytes) * 8) / 10_000);
    const spoken = await heard(speaker, "microphone");
    const played = await heard(listener);
    for (let at = 1; at + 3 < spoken.samples.length / spoken.rate; at += 3) {
      // Where the next 1.5 s of the microphone are in what was played from that moment on.
      const from = (spoken.began - played.began) / 1000 + at;
      const found = likeness(cut(spoken, at, at + 1.5), cut(played, from, from + 2.5));
      if (found.correlation > 0.8) delay.push(found.at * 1000);
    }
    await speaker.close();
    await listener.close();
  }
  await line.end();
  const say = (name: string, of: number[], unit: string) =>
    console.log(
      `${name}: median ${median(of).toFixed(0)} ${unit} of ${of.length} (${Math.min(...of).toFixed(0)} to ${Math.max(...of).toFixed(0)})`,
    );
  say("first sound after navigation", first, "ms");
  say("microphone to loudspeaker", delay, "ms");
  say("listener, down", down, "kbit/s");
  say("listener, up, with QUIC's acknowledgements", up, "kbit/s");
  expect(delay.length).toBeGreaterThan(0);
});
