import { describe, expect, test } from "vitest";
import { JitterBuffer } from "./jitter";
import { concealed, decoded, delays, median, play, random, type Sent, talk } from "./simulation.test-util";

const steady = () => 50;
const wanted = 50 + 20 + 30; // ms: the line, the frame itself, the least target

describe("a steady line", () => {
  test("holds the least target and plays everything", () => {
    const played = play(talk(0, 10_000, steady), 10_400);
    expect(decoded(played)).toHaveLength(500);
    expect(delays(played, 0, 10_000)).toEqual([expect.closeTo(wanted, 0), expect.closeTo(wanted, 0)]);
    expect(concealed(played.filter((p) => p.at < 10_000))).toBe(0);
  });

  test("follows clocks that drift apart by 200 ppm either way", () => {
    for (const ppm of [200, -200]) {
      const played = play(
        talk(0, 60_000, (_, ms) => 50 + (ms * ppm) / 1e6),
        60_000,
      );
      expect(concealed(played)).toBe(0);
      expect(delays(played, 50_000, 60_000)[1]).toBeLessThan(wanted + 25);
    }
  });

  test("three frames in a datagram need 40 ms more, no concealment", () => {
    const played = play(
      talk(0, 10_000, (i) => 50 + 20 * (2 - (i % 3))),
      10_000,
    );
    expect(concealed(played)).toBeLessThanOrEqual(40); // until it is known
    expect(concealed(played, 500)).toBe(0);
    expect(delays(played, 1000, 10_000)[1]).toBeLessThan(wanted + 45);
  });
});

describe("loss", () => {
  test("10 % are concealed, one for one, at no more delay", () => {
    const r = random(5);
    const sent = talk(0, 20_000, () => (r() < 0.1 ? undefined : 50));
    const played = play(sent, 20_000).filter((p) => p.at < 19_900);
    expect(decoded(played).length).toBeGreaterThan(sent.length - 10);
    expect(concealed(played)).toBeLessThanOrEqual(20 * (1000 - sent.length));
    expect(concealed(played)).toBeGreaterThan(20 * (1000 - sent.length) * 0.9);
    expect(delays(played, 0, 20_000)[1]).toBeLessThan(wanted + 5);
  });

  test("packets repaired 100 to 300 ms late are waited for once they are usual, and no longer than they are", () => {
    const r = random(5);
    const sent = talk(0, 40_000, (_, ms) => (ms > 5000 && ms < 15_000 && r() < 0.2 ? 150 + 200 * r() : 50));
    const played = play(sent, 40_000);
    const heard = new Set(decoded(played).map((p) => Math.round((p.at - p.delay) / 20)));
    const missed = sent.filter((p) => p.ms > 7000 && p.ms < 15_000 && !heard.has(p.ms / 20));
    expect(missed.length).toBeLessThan(8); // of 400
    const [least, most] = delays(played, 9000, 15_000);
    expect(least).toBeGreaterThan(300);
    expect(most).toBeLessThan(50 + 20 + 300 + 80);
    expect(delays(played, 37_000, 40_000)[1]).toBeLessThan(wanted + 30);
  });

  test("an outage of 1 s is over when it is over", () => {
    const played = play(
      talk(0, 10_000, (_, ms) => (ms > 5000 && ms < 6000 ? undefined : 50)),
      10_000,
    );
    expect(concealed(played.filter((p) => p.at < 9900))).toBe(120); // 120 ms, then silence
    const [least, most] = delays(played, 6000, 10_000);
    expect(least).toBeGreaterThan(wanted - 15);
    expect(most).toBeLessThan(wanted + 15);
  });
});

describe("jitter", () => {
  test("of up to 60 ms is covered after a second", () => {
    const r = random(7);
    const played = play(
      talk(0, 20_000, () => 50 + 60 * r()),
      20_000,
    );
    expect(
      concealed(
        played.filter((p) => p.at < 19_900),
        1000,
      ),
    ).toBeLessThan(80);
    expect(delays(played, 2000, 20_000)[1]).toBeLessThan(50 + 20 + 60 + 60);
  });

  test("a stall of 1 s is played late and whole, and the delay is gone 5 s later", () => {
    const played = play(
      talk(0, 20_000, (_, ms) => (ms > 5000 && ms < 6000 ? 6050 - ms : 50)),
      20_400,
    );
    expect(decoded(played)).toHaveLength(1000);
    expect(delays(played, 6000, 6500)[1]).toBeGreaterThan(900);
    expect(delays(played, 11_000, 20_000)[1]).toBeLessThan(wanted + 25);
  });

  test("the same if the queue empties slowly", () => {
    const played = play(
      talk(0, 20_000, (_, ms) => (ms > 5000 && ms < 7000 ? 1050 - (ms - 5000) / 2 : 50)),
      20_400,
    );
    expect(decoded(played)).toHaveLength(1000);
    expect(delays(played, 12_000, 20_000)[1]).toBeLessThan(wanted + 25);
  });

  test("a second stall soon after is covered, for a while", () => {
    const stall = (from: number, ms: number) => (ms > from && ms < from + 600 ? from + 650 - ms : 0);
    const sent = talk(0, 45_000, (_, ms) => Math.max(50, ...[5000, 9000, 12_000].map((from) => stall(from, ms))));
    const played = play(sent, 45_000);
    expect(concealed(played.filter((p) => p.at > 11_500 && p.at < 44_900))).toBe(0);
    expect(delays(played, 42_000, 45_000)[1]).toBeLessThan(wanted + 30);
  });

  test("after 3 s without anything only the last 1.4 s are played", () => {
    const buffer = new JitterBuffer();
    const played = play(
      talk(0, 20_000, (_, ms) => (ms > 5000 && ms < 8000 ? 8050 - ms : 50)),
      20_000,
      buffer,
    );
    expect(buffer.dropped).toBeGreaterThan(70);
    expect(delays(played, 8100, 8500)[1]).toBeLessThan(1500);
    expect(delays(played, 14_000, 20_000)[1]).toBeLessThan(wanted + 25);
  });

  test("a way that becomes 150 ms longer costs 150 ms, a shorter one gives them back", () => {
    const longer = play(
      talk(0, 30_000, (_, ms) => (ms > 5000 ? 200 : 50)),
      30_000,
    );
    expect(delays(longer, 6000, 30_000)[1]).toBeLessThan(wanted + 150 + 20);
    const shorter = play(
      talk(0, 40_000, (_, ms) => (ms > 5000 ? 50 : 200)),
      40_000,
    );
    expect(concealed(shorter.filter((p) => p.at < 39_900))).toBe(0);
    expect(delays(shorter, 35_000, 40_000)[1]).toBeLessThan(wanted + 25);
  });
});

describe("talkspurts", () => {
  /** A second of voice every 1.5 s; the first 80 ms of each come at once, as the encoder's pre-roll. */
  function spurts(): Sent[] {
    const sent: Sent[] = [];
    for (let from = 0; from < 20_000; from += 1500) {
      sent.push(...talk(from, from + 1000, (_, ms) => Math.max(50, from + 130 - ms), sent.length));
    }
    return sent;
  }

  test("are whole from the first packet on, and pre-roll does not raise the target", () => {
    const buffer = new JitterBuffer();
    const sent = spurts();
    const played = play(sent, 21_000, buffer);
    expect(decoded(played)).toHaveLength(sent.length);
    expect(concealed(played)).toBe((sent.length / 50) * 120); // at each end, nowhere else
    expect(buffer.target).toBe(30);
    const middle = decoded(played).filter((p) => (p.at - p.delay) % 1500 > 500);
    expect(median(middle.map((p) => p.delay))).toBeLessThan(wanted + 25);
  });

  test("a first packet that comes 200 ms late is not lost where that is usual", () => {
    const r = random(3);
    const sent: Sent[] = [];
    for (let from = 0; from < 30_000; from += 1500) {
      const late = (i: number) => (i === sent.length || r() < 0.15 ? 250 : 50);
      sent.push(...talk(from, from + 1000, late, sent.length));
    }
    const heard = decoded(play(sent, 31_000)).map((p) => Math.round(p.at - p.delay));
    for (let from = 6000; from < 30_000; from += 1500) expect(heard).toContain(from);
  });
});

test("what came too late makes the ring play slower until there is more delay, then as it should", () => {
  const sent = talk(0, 6000, (i) => (i >= 100 && i < 200 && i % 10 === 5 ? 250 : 50));
  const buffer = new JitterBuffer();
  const rates: number[] = [];
  const { rate } = buffer;
  buffer.rate = (now, ring) => {
    rates.push(rate.call(buffer, now, ring));
    return rates[rates.length - 1];
  };
  play(sent, 6000, buffer);
  expect(Math.min(...rates)).toBe(0.75);
  expect(Math.max(...rates)).toBe(1);
  expect(rates.at(-1)).toBe(1);
});

describe("what a buffer refuses", () => {
  const packet = (ms: number, sequence: number, layer = 0) => ({
    publication: 1,
    layer,
    sequence,
    time: (ms * 48) >>> 0,
    level: 200,
    payload: Uint8Array.of(0x78, 1, 2),
  });

  test("malformed, unknown layers, duplicates, packets that were played already", () => {
    const buffer = new JitterBuffer();
    expect(buffer.push({ ...packet(0, 0), payload: new Uint8Array(0) }, 0)).toBe("refused");
    expect(buffer.push({ ...packet(0, 0), payload: Uint8Array.of(0x7b, 63) }, 0)).toBe("refused"); // 63 × 20 ms
    expect(buffer.push(packet(0, 0, 2), 0)).toBe("refused");
    expect(buffer.push(packet(20, 1), 0)).toBe("kept");
    expect(buffer.push(packet(20, 7, 1), 1)).toBe("duplicate"); // the other layer's
    expect(buffer.next(100, 0, true)).toMatchObject({ kind: "decode", samples: 960 });
    expect(buffer.push(packet(0, 0), 101)).toBe("late");
  });

  test("a change of layer goes on without a gap", () => {
    const buffer = new JitterBuffer();
    buffer.push(packet(0, 0), 20);
    expect(buffer.next(200, 0, true)).toMatchObject({ kind: "decode" });
    buffer.push(packet(20, 900, 1), 210);
    expect(buffer.next(210, 10, true)).toMatchObject({ kind: "decode", frame: { layer: 1 } });
  });

  test("times that wrap around go on", () => {
    const buffer = new JitterBuffer();
    const start = 2 ** 32 / 48 - 40;
    for (let i = 0; i < 5; i++) expect(buffer.push(packet(start + 20 * i, i), 20 * i)).toBe("kept");
    for (let i = 0; i < 5; i++) expect(buffer.next(140, 20 * i, true)).toMatchObject({ frame: { sequence: i } });
  });

  test("a clock that was set anew begins anew instead of silence for ever", () => {
    for (const jump of [3_600_000, -3_600_000]) {
      const buffer = new JitterBuffer();
      buffer.push(packet(5_000_000, 0), 0);
      expect(buffer.next(40, 0, true)).toMatchObject({ kind: "decode" });
      buffer.push(packet(5_000_000 + jump, 1), 60);
      expect(buffer.next(200, 0, true)).toMatchObject({ kind: "decode", frame: { sequence: 1 } });
    }
  });
});
