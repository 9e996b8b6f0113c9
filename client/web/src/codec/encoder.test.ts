// Plans that change in the middle of speech, with a stand-in for WebCodecs' encoder that answers late, in order, one packet per frame.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { VoiceEncoder } from "./encoder";
import { distance, HI, LO, type VoiceFrame } from "./frame";
import { newCaptureBlock, samplesOf, setTime } from "./ports";
import { random } from "./simulation.test-util";

let r = random(1);
let encoders: Encoder[] = [];
let keeps = false; // every encoder keeps its last packet for itself

/** Its packets hold the capture time of the first sample (see speech), the bit rate and the length. */
class Encoder {
  state = "unconfigured";
  bitrate = 0;
  fed: Float32Array[] = [];
  #free = 0; // when the last packet is out
  constructor(private readonly events: { output(chunk: unknown): void }) {
    encoders.push(this);
  }
  configure(config: { bitrate: number; bitrateMode: string; opus: { frameDuration: number; usedtx: boolean } }): void {
    expect(config.bitrateMode).toBe("constant");
    expect(config.opus.usedtx).toBe(false);
    this.state = "configured";
    this.bitrate = config.bitrate;
  }
  encode(data: { data: Float32Array }): void {
    this.fed.push(data.data);
    const payload = new Uint8Array(
      new Float32Array([Math.round(data.data[0] / mark), this.bitrate, data.data.length]).buffer,
    );
    this.#free = Math.max(this.#free, performance.now() + 30 * r());
    setTimeout(() => this.#give(payload), this.#free - performance.now());
  }
  #give(payload: Uint8Array): void {
    if (this.state === "closed") return;
    if (keeps && r() < 0.02) return;
    this.events.output({ byteLength: payload.length, copyTo: (to: Uint8Array) => to.set(payload) });
  }
  flush(): Promise<void> {
    return new Promise((done) => setTimeout(done, Math.max(0, this.#free - performance.now()) + 1));
  }
  close(): void {
    this.state = "closed";
  }
}

class Port {
  onmessage: ((event: { data: ArrayBuffer }) => void) | undefined;
  postMessage(): void {}
  close(): void {}
}

beforeEach(() => {
  vi.useFakeTimers();
  r = random(5);
  encoders = [];
  keeps = false;
  vi.stubGlobal("AudioEncoder", Encoder);
  vi.stubGlobal(
    "AudioData",
    class {
      constructor(init: object) {
        Object.assign(this, init);
      }
      close(): void {}
    },
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const mark = 1e-5;

/** A loud voice, with a breath of 80 ms every half second; every block begins with its own number. */
function speak(port: Port, n: number, loud = true): void {
  const block = newCaptureBlock();
  setTime(block, n * 480);
  const samples = samplesOf(block);
  for (let i = 0; i < 480; i++) samples[i] = (loud && n % 50 < 42 ? 0.2 : 1e-4) * Math.sin(i / 12);
  samples[0] = n * mark;
  port.onmessage?.({ data: block });
  vi.advanceTimersByTime(10);
}

interface Sent extends VoiceFrame {
  block: number;
  bitrate: number;
  samples: number;
}

function begin(): { encoder: VoiceEncoder; port: Port; sent: Sent[] } {
  const sent: Sent[] = [];
  const encoder = new VoiceEncoder({
    onFrame: (frame) => {
      const [block, bitrate, samples] = new Float32Array(frame.payload.buffer);
      sent.push({ ...frame, block, bitrate, samples });
    },
  });
  const port = new Port();
  encoder.connect(port as unknown as MessagePort);
  return { encoder, port, sent };
}

/** Checks one layer's frames: numbered without a gap, in order, each with its own sound. @returns the breaks between them, samples. */
function breaks(frames: Sent[]): number[] {
  const found: number[] = [];
  frames.forEach((frame, i) => {
    expect(frame.sequence).toBe(i);
    expect(frame.time % 960).toBe(0);
    expect(frame.time).toBe(frame.block * 480);
    if (i === 0) return;
    const gap = distance(frame.time, (frames[i - 1].time + frames[i - 1].samples) >>> 0);
    expect(gap).toBeGreaterThanOrEqual(0);
    if (gap > 0) found.push(gap);
  });
  return found;
}

const rates = [6000, 8000, 10_000, 12_000, 16_000, 20_000, 24_000, 32_000];

describe("a plan that changes", () => {
  test("rates and frame lengths, every 50 to 500 ms: not a sample is left out, sent twice or out of order", async () => {
    const { encoder, port, sent } = begin();
    let next = 0;
    for (let n = 0; n < 6000; n++) {
      if (n === next) {
        const rate = () => rates[Math.floor(r() * rates.length)];
        encoder.setPlan({ lo: rate(), hi: rate(), frame: r() < 0.5 ? 20 : 40 });
        next += 5 + Math.floor(r() * 45);
      }
      speak(port, n);
    }
    await vi.advanceTimersByTimeAsync(200);
    for (const layer of [LO, HI]) {
      const frames = sent.filter((f) => f.layer === layer);
      expect(breaks(frames)).toEqual([]);
      expect(frames.reduce((sum, f) => sum + f.samples, 0)).toBeGreaterThan(5990 * 480);
      expect(new Set(frames.map((f) => f.bitrate)).size).toBe(rates.length);
      expect(new Set(frames.map((f) => f.samples))).toEqual(new Set([960, 1920]));
    }
    expect(encoders.filter((e) => e.state === "configured")).toHaveLength(2); // the others are closed
  });

  test("a new encoder hears what was said just before, whatever the lengths", () => {
    const { encoder, port } = begin();
    encoder.setPlan({ lo: 0, hi: 24_000, frame: 20 });
    for (let n = 0; n < 50; n++) speak(port, n);
    encoder.setPlan({ lo: 0, hi: 12_000, frame: 40 });
    for (let n = 50; n < 100; n++) speak(port, n);
    encoder.setPlan({ lo: 0, hi: 24_000, frame: 20 });
    for (let n = 100; n < 120; n++) speak(port, n);
    const [, second, third] = encoders.map((e) => e.fed.map((f) => Math.round(f[0] / mark)));
    expect(second[1] - second[0]).toBe(4); // blocks: 40 ms before
    expect(third[1] - third[0]).toBe(2);
    expect(encoders.map((e) => e.bitrate)).toEqual([24_000, 12_000, 24_000]);
  });

  test("only wanted layers are encoded, and a layer's numbers go on when it is wanted again", async () => {
    const { encoder, port, sent } = begin();
    for (let n = 0; n < 30; n++) speak(port, n);
    expect(encoders).toHaveLength(0); // no plan yet
    encoder.setPlan({ lo: 8000, hi: 0, frame: 20 });
    for (let n = 30; n < 130; n++) speak(port, n);
    encoder.setPlan({ lo: 0, hi: 24_000, frame: 20 });
    for (let n = 130; n < 230; n++) speak(port, n);
    encoder.setPlan({ lo: 8000, hi: 0, frame: 20 });
    for (let n = 230; n < 330; n++) speak(port, n);
    await vi.advanceTimersByTimeAsync(200);
    expect(encoders.map((e) => e.bitrate)).toEqual([8000, 24_000, 8000]);
    expect(encoders.reduce((sum, e) => sum + e.fed.length, 0)).toBeLessThanOrEqual(150 + 3); // and what warms them up
    expect(breaks(sent.filter((f) => f.layer === HI))).toEqual([]);
    expect(breaks(sent.filter((f) => f.layer === LO))).toEqual([100 * 480]);
  });

  test("impossible rates become the nearest possible", () => {
    const { encoder, port } = begin();
    encoder.setPlan({ lo: 500, hi: 512_000, frame: 20 });
    for (let n = 0; n < 30; n++) speak(port, n);
    expect(encoders.map((e) => e.bitrate)).toEqual([6000, 32_000]);
  });

  test("an encoder that keeps a packet does not hold up the next one for ever", async () => {
    keeps = true;
    const { encoder, port, sent } = begin();
    for (let n = 0; n < 3000; n++) {
      if (n % 50 === 0) encoder.setPlan({ lo: 0, hi: rates[(n / 50) % rates.length], frame: 20 });
      speak(port, n);
      if (n % 10 === 0) await vi.advanceTimersByTimeAsync(0);
    }
    await vi.advanceTimersByTimeAsync(200);
    expect(sent.length).toBeGreaterThan(1400);
    expect(sent.at(-1)?.time).toBeGreaterThan(2990 * 480);
  });
});

test("muted, nothing leaves, not even what was inside the encoder; silence takes no numbers", async () => {
  const { encoder, port, sent } = begin();
  encoder.setPlan({ lo: 8000, hi: 24_000, frame: 20 });
  for (let n = 0; n < 100; n++) speak(port, n);
  encoder.setMuted(true);
  const before = sent.length;
  for (let n = 100; n < 200; n++) speak(port, n);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toHaveLength(before);
  expect(encoder.level).toBe(-127);
  encoder.setMuted(false);
  for (let n = 200; n < 300; n++) speak(port, n);
  for (let n = 300; n < 500; n++) speak(port, n, false);
  for (let n = 500; n < 600; n++) speak(port, n);
  await vi.advanceTimersByTimeAsync(200);
  for (const layer of [LO, HI]) {
    const [closed, quiet, ...more] = breaks(sent.filter((f) => f.layer === layer)).map((samples) => samples / 480);
    expect(closed).toBeGreaterThanOrEqual(100); // blocks
    expect(quiet).toBeGreaterThan(200 - 8 - 30 - 10 - 5); // a breath, hangover, pre-roll
    expect(more).toEqual([]);
  }
});

test("a microphone that gives nothing more has no level", async () => {
  const { encoder, port } = begin();
  encoder.setPlan({ lo: 8000, hi: 24_000, frame: 20 });
  for (let n = 0; n < 90; n++) speak(port, n);
  await vi.advanceTimersByTimeAsync(0);
  expect(encoder.level).toBeGreaterThan(-60);
  await vi.advanceTimersByTimeAsync(400);
  expect(encoder.level).toBe(-127);
});
