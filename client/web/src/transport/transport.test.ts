import { describe, expect, test } from "vitest";
import datagrams from "../../../../transport/transporttest/vectors/datagrams.json";
import stream from "../../../../transport/transporttest/vectors/stream.json";
import { type Protection, Writer } from "../fec";
import { Receiver } from "./receiver";
import { Sender } from "./sender";
import { datagramBytes, type Feedback, type Frame, parseDatagram, parseEntries, writeEntry } from "./wire";

const unhex = (s: string) => Uint8Array.from(Buffer.from(s, "hex"));
const hex = (b: Uint8Array) => Buffer.from(b).toString("hex");

interface VectorFrame {
  Publication: number;
  Sequence: number;
  Time: number;
  Layer: number;
  Level: number;
  Payload: string;
}

interface VectorFeedback {
  Highest: number;
  Arrival: number;
  Hold: number;
  Lost: number;
  Runs: number;
  Bitmap: string;
}

interface Step {
  Ms: number;
  Protect?: Protection;
  Packets?: VectorFrame[];
  Datagram: string;
  Owes?: boolean;
  Lost?: boolean;
  Received?: VectorFrame[];
  Report?: VectorFeedback;
  Unheard?: boolean;
}

interface VectorDatagram {
  Bytes: string;
  Error?: boolean;
  Hop?: number;
  Prompt?: boolean;
  Feedback?: VectorFeedback;
  Source?: string;
  Chunks?: { Offset: number; Span: number; Index: number; Data: string }[];
}

const frame = (v: VectorFrame): Frame => ({
  publication: v.Publication,
  layer: v.Layer,
  sequence: v.Sequence,
  time: v.Time,
  level: v.Level,
  payload: unhex(v.Payload),
});

const feedback = (v: VectorFeedback): Feedback => ({
  highest: v.Highest,
  arrival: v.Arrival,
  hold: v.Hold,
  lost: v.Lost,
  runs: v.Runs,
  bitmap: unhex(v.Bitmap),
});

describe("golden vectors", () => {
  test.each(datagrams as (VectorDatagram & { Name: string })[])("datagram: $Name", (v) => {
    const d = parseDatagram(unhex(v.Bytes));
    if (v.Error) {
      expect(d).toBeUndefined();
      return;
    }
    expect(d).toEqual({
      hop: v.Hop ?? 0,
      prompt: v.Prompt ?? false,
      feedback: v.Feedback && feedback(v.Feedback),
      source: unhex(v.Source ?? ""),
      chunks: (v.Chunks ?? []).map((c) => ({ offset: c.Offset, span: c.Span, index: c.Index, data: unhex(c.Data) })),
    });
    if (d) expect(hex(datagramBytes(d))).toBe(v.Bytes);
  });

  test("a sender makes every byte of the stream", () => {
    const sender = new Sender(parseDatagram(unhex(stream[0].Datagram))?.hop);
    for (const step of stream as Step[]) {
      if (step.Protect) sender.protect(step.Protect);
      expect(hex(sender.datagram((step.Packets ?? []).map(frame), undefined, step.Ms)), `at ${step.Ms}`).toBe(
        step.Datagram,
      );
      expect(sender.owes).toBe(step.Owes ?? false);
      if (step.Report && !step.Unheard) sender.feedback(feedback(step.Report), step.Ms + 15);
    }
    expect(sender.rtt).toBeCloseTo(12, 5);
  });

  test("a receiver makes the frames and the reports of the stream", () => {
    const receiver = new Receiver(0);
    for (const step of stream as Step[]) {
      if (step.Lost) continue;
      const got = receiver.receive(unhex(step.Datagram), step.Ms + 5);
      expect(got?.frames, `at ${step.Ms}`).toEqual((step.Received ?? []).map(frame));
      expect(receiver.report(step.Ms + 8, true), `at ${step.Ms}`).toEqual(step.Report && feedback(step.Report));
    }
    expect(receiver.totals.recovered).toBeGreaterThan(8);
    expect(receiver.totals.dropped + receiver.totals.unresolved).toBe(0);
  });
});

const voice = (sequence: number): Frame => ({
  publication: 7,
  layer: 1,
  sequence,
  time: sequence * 960,
  level: 20,
  payload: Uint8Array.of(0x48, sequence, 3),
});

describe("entries", () => {
  const same = (n: number): Frame[] => Array.from({ length: n }, (_, i) => voice(i));
  const mixed = (n: number): Frame[] => same(n).map((f, i) => ({ ...f, payload: new Uint8Array(10 + i).fill(0x48) }));

  test.each([1, 2, 3, 4, 5, 6])("of %i frames are read as they were written", (n) => {
    for (const frames of [same(n), mixed(n)]) {
      for (const full of [true, false]) {
        const w = new Writer();
        writeEntry(w, 15, full, false, frames);
        writeEntry(w, 3, full, true, frames);
        const { entries, whole } = parseEntries(w.done());
        const expected = { full, sequence: 0, frames: frames.map(({ level, payload }) => ({ level, payload })) };
        expect(entries).toMatchObject([
          { ...expected, alias: 15 },
          { ...expected, alias: 3 },
        ]);
        expect(whole).toBe(true);
      }
    }
  });

  test("that are cut or end too early are no entries", () => {
    const w = new Writer();
    writeEntry(w, 1, true, false, same(2));
    const first = w.length;
    writeEntry(w, 2, false, true, mixed(3));
    const block = w.done();
    expect(parseEntries(block.subarray(0, first)).whole).toBe(false);
    for (let n = 1; n <= block.length; n++) {
      expect(parseEntries(block.subarray(0, n)).whole, `${n} bytes`).toBe(n > block.length - 12);
    }
    const bad = (at: number, value: number) => {
      const changed = block.slice();
      changed[at] = value;
      expect(parseEntries(changed).whole).toBe(false);
    };
    bad(5, 2); // layer
    bad(14, 0); // length of the payloads
    bad(first + 3, 0); // number of frames
    bad(first + 3, 7);
  });
});

describe("receiver", () => {
  test("drops what is cut anywhere, too long, repeated or too old, and counts it", () => {
    const sender = new Sender();
    const sent = Array.from({ length: 1200 }, (_, i) => sender.datagram([voice(i)], undefined, i));
    const r = new Receiver(0);
    const shortest = sent[3].length - 2; // nothing but the last payload can be shorter
    for (let n = 0; n < shortest; n++) {
      if (n !== 3) expect(r.receive(sent[3].subarray(0, n), 0), `${n} bytes`).toBeUndefined(); // 3 bytes are a knock
    }
    expect(r.receive(new Uint8Array(1101), 0)).toBeUndefined();
    expect(r.receive(sent[1100], 0)?.frames).toHaveLength(1);
    expect(r.receive(sent[1100], 0)).toBeUndefined();
    expect(r.receive(sent[1100 - 1024], 0)).toBeUndefined();
    expect(r.receive(sent[1100 - 1023], 0)).toBeDefined();
    expect(r.totals.dropped).toBeGreaterThan(20);
    expect(r.totals.datagrams).toBe(2);
  });

  test("counts what was lost, in runs, and what came back", () => {
    const sender = new Sender();
    sender.protect({ window: 8, age: 0, gap: 1, rate: 40_000 });
    const r = new Receiver(0);
    for (let i = 0; i < 100; i++) {
      const bytes = sender.datagram([voice(i)], undefined, i * 20);
      if (![10, 11, 40].includes(i)) r.receive(bytes, i * 20);
    }
    expect(r.totals).toMatchObject({ lost: 3, runs: 2, recovered: 3, expected: 100 });
    expect(r.report(2000, false)).toMatchObject({ highest: 99, hold: 20, lost: 3, runs: 2, arrival: 7920 });
    expect(r.report(2300, false)).toBeUndefined();
    expect(r.beat(2300)).toMatchObject({ hold: 255 });
  });

  test("a wide gap is one run of losses", () => {
    const sender = new Sender();
    const r = new Receiver(0);
    for (let i = 0; i < 400; i++) {
      const bytes = sender.datagram([], undefined, i);
      if (i < 50 || i >= 350) r.receive(bytes, i);
    }
    expect(r.totals).toMatchObject({ lost: 300, runs: 1 });
  });

  test("ignores a short form whose alias it never heard of", () => {
    const sender = new Sender();
    sender.datagram([voice(0)], undefined, 0);
    sender.feedback({ highest: 0, arrival: 0, hold: 0, lost: 0, runs: 0, bitmap: new Uint8Array() }, 10);
    const short = sender.datagram([voice(1)], undefined, 20);
    const r = new Receiver(0);
    expect(r.receive(short, 30)?.frames).toEqual([]);
    expect(r.totals.unresolved).toBe(1);
  });
});

test("a short form that comes 1.5 s late means nothing", () => {
  const sender = new Sender();
  sender.datagram([voice(0)], undefined, 0);
  sender.feedback({ highest: 0, arrival: 0, hold: 0, lost: 0, runs: 0, bitmap: new Uint8Array() }, 10);
  const r = new Receiver(0);
  r.receive(new Sender().datagram([voice(0)], undefined, 0), 0);
  const [early, late, next] = [1, 2, 3].map((i) => sender.datagram([voice(i)], undefined, 20 * i));
  r.receive(next, 100);
  expect(r.receive(early, 1600)?.frames).toMatchObject([{ sequence: 1, time: 960 }]);
  expect(r.receive(late, 1601)?.frames).toEqual([]);
});

test("a short form from before a jump of the capture time, or its wrap, means nothing", () => {
  const wrap = 2 ** 32 / 960 - 2;
  for (const [first, jump, heard] of [
    [0, 48, true],
    [0, 51, false],
    [0, 256, false],
    [Math.floor(wrap), 3, false],
  ] as const) {
    const said = (i: number, tick: number) => ({ ...voice(i), time: (tick * 960) % 2 ** 32 });
    const sender = new Sender();
    const r = new Receiver(0);
    r.receive(sender.datagram([said(0, first)], undefined, 0), 0);
    sender.feedback({ highest: 0, arrival: 0, hold: 0, lost: 0, runs: 0, bitmap: new Uint8Array() }, 10);
    const held = sender.datagram([said(1, first + 1)], undefined, 20);
    const after = sender.datagram([said(2, first + 1 + jump)], undefined, 900);
    expect(r.receive(after, 900)?.frames).toMatchObject([{ sequence: 2, time: ((first + 1 + jump) * 960) % 2 ** 32 }]);
    expect(r.receive(held, 901)?.frames).toMatchObject(heard ? [{ sequence: 1, time: (first + 1) * 960 }] : []);
  }
});

describe("sender", () => {
  test("uses the short form only where the other end is sure to understand it", () => {
    const sender = new Sender();
    const length = (f: Frame) => sender.datagram([f], undefined, 0).length;
    const full = length(voice(0));
    expect(length(voice(1))).toBe(full);
    sender.feedback({ highest: 1, arrival: 0, hold: 0, lost: 0, runs: 0, bitmap: Uint8Array.of(1) }, 10);
    expect(length(voice(2))).toBe(full - 11);
    expect(length({ ...voice(3), time: 3 * 960 + 1 })).toBe(full);
    expect(length({ ...voice(4), time: 1_000_000 * 960 })).toBe(full);
    expect(length(voice(121))).toBe(full);
  });

  test("takes losses and round trips from feedback, and ignores what cannot be", () => {
    const sender = new Sender();
    for (let i = 0; i < 300; i++) sender.datagram([], undefined, i * 20);
    const report = { arrival: 0, lost: 0, runs: 0, bitmap: new Uint8Array() };
    sender.feedback({ ...report, highest: 299, hold: 20, lost: 250 }, 299 * 20 + 120);
    expect(sender.rtt).toBe(100);
    expect(sender.totals).toMatchObject({ reported: 300, lost: 250 });
    sender.datagram([], undefined, 6000);
    sender.feedback({ ...report, highest: 300, hold: 255, lost: 4 }, 9000);
    expect(sender.totals).toMatchObject({ reported: 301, lost: 260 });
    sender.feedback({ ...report, highest: 299, hold: 255, lost: 3 }, 9000); // late
    sender.feedback({ ...report, highest: 5000, hold: 0 }, 9000); // never sent
    sender.feedback({ ...report, highest: 10, hold: 0 }, 9000); // forgotten
    expect(sender.rtt).toBe(100);
    expect(sender.totals.lost).toBe(260);
  });

  test("keeps media and repair to the rate of the plan, and media alone leaves whatever the rate", () => {
    for (const [rate, expected] of [
      [60_000, 60_000],
      [20_000, 400 * (55 + 3 + 17 + 1)], // the full form: nothing is ever confirmed
    ]) {
      const sender = new Sender();
      sender.protect({ window: 10, age: 4, gap: 2, rate });
      for (let i = 0; i < 1000; i++) sender.datagram([voice(i)], undefined, i * 20);
      const sent = (8 * (sender.totals.bytes + 55 * sender.totals.datagrams)) / 20;
      expect(sent).toBeGreaterThan(expected * 0.96);
      expect(sent).toBeLessThan(expected * 1.03);
    }
  });

  test("owes what was said last until it is confirmed", () => {
    const sender = new Sender();
    sender.datagram([voice(0)], undefined, 0);
    expect(sender.owes).toBe(false);
    sender.protect({ window: 5, age: 2, gap: 2, rate: 64_000 });
    sender.datagram([voice(1)], undefined, 20); // lost
    expect(sender.owes).toBe(true);
    const r = new Receiver(0);
    expect(r.receive(sender.datagram([], undefined, 40), 40)?.frames).toMatchObject([{ sequence: 1 }]);
    sender.feedback(r.beat(40) as Feedback, 40);
    expect(sender.owes).toBe(false);
  });
});
