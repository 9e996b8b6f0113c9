// What a recorder makes of a microphone, a camera and a person's presses, with stand-ins for both.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AudioChange, EncoderEvents, Microphone, VoicePlan } from "../codec";
import type { Begun } from "./draft";
import { type Moment, mostMs, PAGE, read, STILL, turnOf, VOICE } from "./file";
import { Recorder } from "./recorder";

const first = 48_000 + 480; // capture time when the microphone opens: not on the grid of 20 ms
let opens: Microphone;
let encoder: Encoder;
let stills: ((codec: number, key: Uint8Array) => void) | undefined;
let closed: string[];

/** Its clock is that of the test. */
class Encoder {
  muted = false;
  plan: VoicePlan | undefined;
  #began = performance.now();
  constructor(private readonly events: EncoderEvents) {
    encoder = this;
  }
  get clock(): [number, number] {
    return [first + Math.round((performance.now() - this.#began) * 48), performance.now()];
  }
  connect(): void {}
  setPlan(plan: VoicePlan): void {
    this.plan = plan;
  }
  setMuted(muted: boolean): void {
    this.muted = muted;
  }
  close(): void {
    closed.push("encoder");
  }
  /** A frame that was said so many ms ago, on the grid. */
  says(byte: number, ago = 80): void {
    const time = Math.floor((this.clock[0] - ago * 48) / 960) * 960;
    if (!this.muted) this.events.onFrame({ layer: 0, sequence: 0, time, level: 0xa0, payload: Uint8Array.of(byte) });
  }
}

class Engine {
  level = -30;
  constructor(private readonly change: AudioChange) {}
  async openMicrophone(): Promise<Microphone> {
    this.change({ microphone: opens, microphoneName: "", needsGesture: false, output: "on" });
    return opens;
  }
  ports() {
    const { port1, port2 } = new MessageChannel();
    return { capture: port1, playout: port2 };
  }
  close(): void {
    closed.push("microphone");
  }
}

const newRecorder = (keep?: (fresh: readonly Moment[], ms: number) => void, before?: Begun) =>
  new Recorder(
    {
      take: (take) => {
        stills = take;
      },
      close: () => closed.push("camera"),
    },
    { Engine, Encoder },
    keep,
    before,
  );

/** Begins; the first 20 ms pass while the clock is awaited. */
async function begun(keep?: (fresh: readonly Moment[], ms: number) => void, before?: Begun): Promise<Recorder> {
  const recorder = newRecorder(keep, before);
  const begins = recorder.begin();
  await vi.advanceTimersByTimeAsync(20);
  expect(await begins).toBe(true);
  return recorder;
}

async function ended(recorder: Recorder) {
  const end = recorder.end();
  await vi.advanceTimersByTimeAsync(300);
  const recording = await end;
  return recording && { ...recording, moments: read(recording.file.buffer) };
}

beforeEach(() => {
  vi.useFakeTimers();
  opens = "on";
  stills = undefined;
  closed = [];
});
afterEach(() => vi.useRealTimers());

test("voice, stills and pages lie at their times, voice on the grid", async () => {
  const recorder = await begun();
  expect(encoder.plan).toEqual({ lo: 12_000, hi: 0, frame: 40 });
  const turn = { deck: "d", page: 1, lo: "a" };
  await vi.advanceTimersByTimeAsync(1000);
  recorder.turn(turn);
  stills?.(1, Uint8Array.of(7));
  encoder.says(5);
  const { moments, ms } = (await ended(recorder)) ?? { moments: [], ms: 0 };
  expect(moments.map(({ kind }) => kind)).toEqual([VOICE, PAGE, STILL]);
  const [voice, page, still] = moments;
  expect(voice.ms % 20).toBe(0);
  expect(Math.abs(voice.ms - 920)).toBeLessThanOrEqual(20);
  expect([...voice.body]).toEqual([0xa0, 5]);
  expect(Math.abs(page.ms - 1000)).toBeLessThanOrEqual(20);
  expect(turnOf(page)).toEqual(turn);
  expect([...still.body]).toEqual([1, 7]);
  expect(Math.abs(ms - 1300)).toBeLessThanOrEqual(20);
  expect(closed).toEqual(["encoder", "microphone", "camera"]);
});

test("a pause is cut out, and nothing of it is kept", async () => {
  const recorder = await begun();
  recorder.turn({ deck: "d", page: 1, lo: "a" });
  await vi.advanceTimersByTimeAsync(1000);
  encoder.says(1);
  recorder.pause();
  expect(encoder.muted).toBe(true);
  expect(stills).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  encoder.says(2);
  recorder.turn({ deck: "d", page: 2, lo: "b" });
  recorder.resume();
  await vi.advanceTimersByTimeAsync(1000);
  encoder.says(3);
  const { moments } = (await ended(recorder)) ?? { moments: [] };
  const voices = moments.filter(({ kind }) => kind === VOICE);
  expect(voices.map(({ body }) => body[1])).toEqual([1, 3]);
  expect(voices.every(({ ms }) => ms % 20 === 0)).toBe(true);
  expect(Math.abs(voices[1].ms - voices[0].ms - 1000)).toBeLessThanOrEqual(20);
  const pages = moments.filter(({ kind }) => kind === PAGE).map((of) => [turnOf(of).page, Math.round(of.ms / 100)]);
  expect(pages).toEqual([
    [1, 0],
    [2, 10],
  ]);
});

test.each(["none", "refused", "busy"] as const)("a microphone that is %s: nothing begins", async (microphone) => {
  opens = microphone;
  const recorder = newRecorder();
  expect(await recorder.begin()).toBe(false);
  expect([recorder.phase.value, recorder.microphone.value]).toEqual(["off", microphone]);
});

test("after 60 minutes, or what a file may have, it pauses by itself", async () => {
  const recorder = await begun();
  encoder.says(1, 0);
  await vi.advanceTimersByTimeAsync(mostMs - 1000);
  expect(recorder.phase.value).toBe("on");
  await vi.advanceTimersByTimeAsync(1500);
  expect([recorder.phase.value, recorder.full.value]).toEqual(["paused", true]);
  recorder.resume();
  expect(recorder.phase.value).toBe("paused");
  const recording = await ended(recorder);
  expect(recording?.ms).toBe(mostMs);

  const large = await begun();
  encoder.says(1, 0);
  for (let i = 0; i < 140; i++) stills?.(1, new Uint8Array(60_000));
  await vi.advanceTimersByTimeAsync(300);
  expect(large.full.value).toBe(true);
});

test("where nobody spoke there is no report", async () => {
  const recorder = await begun();
  stills?.(1, Uint8Array.of(1));
  expect(await ended(recorder)).toBeUndefined();
});

test("it is kept every few seconds and at each pause, and what was kept goes on as if nothing had been", async () => {
  const parts: Moment[] = [];
  let length = 0;
  const keep = vi.fn((fresh: readonly Moment[], ms: number) => {
    parts.push(...fresh);
    length = ms;
  });
  const recorder = await begun(keep);
  for (let s = 1; s <= 12; s++) {
    await vi.advanceTimersByTimeAsync(1000);
    encoder.says(s);
  }
  expect(keep).toHaveBeenCalledTimes(2);
  recorder.pause();
  expect(keep).toHaveBeenCalledTimes(3);
  expect(parts.map(({ body }) => body[1])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(Math.abs(length - 12_000)).toBeLessThanOrEqual(20);
  recorder.close(); // the page is reloaded

  const after = await begun(keep, { moments: parts.slice(), ms: length });
  await vi.advanceTimersByTimeAsync(1000);
  encoder.says(13);
  const { moments, ms } = (await ended(after)) ?? { moments: [], ms: 0 };
  expect(moments.map(({ body }) => body[1])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(Math.abs(moments[12].ms - 12_920)).toBeLessThanOrEqual(40);
  expect(Math.abs(ms - 13_300)).toBeLessThanOrEqual(40);
  expect(parts).toHaveLength(13);
});

test("one that was full when it was cut off is full", async () => {
  const recorder = await begun(undefined, { moments: [{ kind: VOICE, ms: 0, body: Uint8Array.of(1, 2) }], ms: mostMs });
  expect([recorder.phase.value, recorder.full.value]).toEqual(["paused", true]);
  expect((await ended(recorder))?.ms).toBe(mostMs);
});
