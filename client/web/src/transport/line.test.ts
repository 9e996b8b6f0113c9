import { describe, expect, test } from "vitest";
import { Writer } from "../fec";
import { ControlReader, maxControl, messageBytes } from "./control";
import { Line, LineMeter, type Path } from "./line";
import { probeURL } from "./probe";
import { parseMessage } from "./unpack";
import { type Frame, parseDatagram } from "./wire";

/** A path whose datagrams a test picks up. */
class FakePath implements Path {
  ready = true;
  sent: Uint8Array[] = [];
  send(datagram: Uint8Array): void {
    this.sent.push(datagram);
  }
}

const voice = (sequence: number): Frame => ({
  publication: 7,
  layer: 1,
  sequence,
  time: sequence * 960,
  level: 20,
  payload: new Uint8Array(60).fill(0x48),
});

/** Two ends of a line with a delay of 30 ms each way. */
function pair() {
  const paths = [new FakePath(), new FakePath()];
  const lines = paths.map((p) => new Line(p, 0));
  const under: { to: number; at: number; bytes: Uint8Array }[] = [];
  const frames: Frame[][] = [[], []];
  const run = (until: number, from: number, say: (now: number) => void, lost: (n: number) => boolean = () => false) => {
    let n = 0;
    for (let now = from; now < until; now += 10) {
      for (const d of under.filter((d) => d.at <= now)) frames[d.to].push(...lines[d.to].receive(d.bytes, now));
      under.splice(0, under.length, ...under.filter((d) => d.at > now));
      say(now);
      if (now % 50 === 0) for (const line of lines) line.tick(now);
      paths.forEach((p, i) => {
        for (const bytes of p.sent.splice(0)) if (!lost(n++)) under.push({ to: 1 - i, at: now + 30, bytes });
      });
    }
  };
  return { paths, lines, frames, run };
}

describe("line", () => {
  test("reports ride on media, go alone every 400 ms on a clean line, and beats keep a quiet line awake", () => {
    const { lines, run } = pair();
    run(3000, 0, (now) => now % 20 === 0 && lines[0].send([voice(now / 20)], now));
    const back = lines[1].sender.totals.datagrams;
    expect(back).toBeGreaterThanOrEqual(7);
    expect(back).toBeLessThanOrEqual(9);
    expect(lines[0].sender.totals.reported).toBeGreaterThan(130);
    expect(lines[0].sender.rtt).toBeGreaterThanOrEqual(50);
    expect(lines[0].sender.rtt).toBeLessThanOrEqual(75);
    const before = lines.map((l) => l.sender.totals.datagrams);
    run(13_000, 3000, () => {});
    const beats = lines.map((l, i) => l.sender.totals.datagrams - before[i]);
    for (const n of beats) {
      expect(n).toBeGreaterThanOrEqual(9);
      expect(n).toBeLessThanOrEqual(12);
    }
  });

  test("a line that falls silent is asked often", () => {
    const path = new FakePath();
    const line = new Line(path, 0);
    for (let now = 0; now <= 1200; now += 50) line.tick(now);
    expect(path.sent).toHaveLength(2);
    for (let now = 1250; now <= 3200; now += 50) line.tick(now);
    expect(path.sent.length).toBeGreaterThanOrEqual(11);
    const other = new Line(new FakePath(), 0);
    other.receive(path.sent[5], 0);
    expect(other.receiver.report(200, false)).toBeDefined();
  });

  test("frames wait while the browser takes nothing, but not long", () => {
    const path = new FakePath();
    const line = new Line(path, 0);
    path.ready = false;
    for (let i = 0; i < 10; i++) line.send([voice(i)], i * 20);
    expect(path.sent).toEqual([]);
    path.ready = true;
    line.flush(190);
    expect(path.sent).toHaveLength(5);
    expect(line.unsent).toBe(5);
    expect(path.sent.map((b) => parseDatagram(b)?.hop)).toEqual([0, 1, 2, 3, 4]);
  });

  test("the meter tells rates, losses and recovery both ways", () => {
    const { lines, run, frames } = pair();
    const [up, down] = lines.map((line) => new LineMeter(line));
    lines[0].sender.protect({ window: 10, age: 6, gap: 4, rate: 90_000 });
    const say = (now: number) => {
      if (now % 20 === 0) lines[0].send([voice(now / 20)], now);
      if (now % 1000 === 0) for (const meter of [up, down]) meter.sample(now);
    };
    run(6000, 0, say, (n) => n % 10 === 9);
    const heard = down.sample(6000);
    expect(heard.lossDown).toBeGreaterThan(0.05);
    expect(heard.lossDown).toBeLessThan(0.15);
    expect(heard.recoveredDown).toBeGreaterThan(0.9);
    expect(heard.kbpsDown).toBeGreaterThan(72); // nine tenths of the plan's rate arrive
    expect(heard.kbpsDown).toBeLessThan(90);
    run(12_000, 6000, say, (n) => n % 5 === 4);
    const said = up.sample(12_000);
    expect(said.lossUp).toBeGreaterThan(0.1);
    expect(said.lossUp).toBeLessThan(0.3);
    expect(said.recoveredUp).toBeGreaterThan(0.9);
    expect(said.rtt).toBeGreaterThan(50);
    expect(frames[1].length).toBeGreaterThan(590);
  });

  test("the meter tells that nothing came back on a line without repair", () => {
    const { lines, run } = pair();
    const meter = new LineMeter(lines[0]);
    const say = (now: number) => {
      if (now % 20 === 0) lines[0].send([voice(now / 20)], now);
      if (now % 1000 === 0) meter.sample(now);
    };
    run(9000, 0, say, (n) => n % 5 === 4);
    const { lossUp, recoveredUp } = meter.sample(9000);
    expect(lossUp).toBeGreaterThan(0.1);
    expect(recoveredUp).toBeLessThan(0.1);
  });

  test("what is said last and lost comes without more media, and then it is quiet", () => {
    const { paths, lines, run, frames } = pair();
    lines[0].sender.protect({ window: 20, age: 4, gap: 3, rate: 64_000 });
    let sent = 0;
    const say = (now: number) => {
      if (now < 400 && now % 20 === 0) lines[0].send([voice(now / 20)], now);
      sent += paths[0].sent.length;
    };
    run(1000, 0, say, (n) => n >= 18 && n < 24);
    expect(new Set(frames[1].map((f) => f.sequence)).size).toBe(20);
    expect(sent).toBeLessThan(36);
    run(3000, 1000, say);
    expect(sent).toBeLessThan(40);
  });

  test("every datagram is reported on where the other side asks for it", () => {
    for (const [prompt, least, most] of [
      [false, 4, 12],
      [true, 45, 70],
    ] as const) {
      const { lines, run } = pair();
      lines[0].sender.protect({ window: 20, age: 4, gap: 3, rate: 64_000, prompt });
      run(2000, 0, (now) => now % 40 === 0 && lines[0].send([voice(now / 20)], now));
      expect(lines[1].sender.totals.datagrams).toBeGreaterThanOrEqual(least);
      expect(lines[1].sender.totals.datagrams).toBeLessThanOrEqual(most);
    }
  });

  test("a meter of nothing says nothing is wrong", () => {
    const state = new LineMeter(new Line(new FakePath(), 0)).sample(0);
    expect(state).toEqual({ rtt: undefined, lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 0, kbpsUp: 0 });
  });
});

describe("control stream", () => {
  const bytes = (text: string) => new Writer().block(new TextEncoder().encode(text)).done();

  test("a message as it is sent", () => {
    expect(Array.from(messageBytes({ type: "bye" }))).toEqual([14, ...new TextEncoder().encode('{"type":"bye"}')]);
  });

  test("messages come whole, however the stream is cut", () => {
    const long = { type: "error", code: "x", vi: "Dài ".repeat(50), en: "long" };
    const all = Uint8Array.from([...bytes(JSON.stringify(long)), ...bytes('{"type":"bye","again":true}')]);
    for (let size = 1; size < all.length; size += 7) {
      const reader = new ControlReader();
      const got = [];
      for (let i = 0; i < all.length; i += size) got.push(...reader.push(all.subarray(i, i + size)));
      expect(got.map(parseMessage)).toEqual([long, { type: "bye", again: true }]);
    }
  });

  test("what is no message ends the stream", () => {
    for (const text of ["not JSON", "[1]", "null"]) {
      const [message] = new ControlReader().push(bytes(text));
      expect(() => parseMessage(message)).toThrow();
    }
    const tooLong = new Writer().varint(maxControl + 1).done();
    expect(() => new ControlReader().push(tooLong)).toThrow(/too long/);
  });
});

test("the probe asks the page's own server, or the other relay's", () => {
  const page = new URL("https://a.vn:8443/m/abc");
  expect(probeURL("https://a.vn:8443/wt", page)).toBe("https://a.vn:8443/healthz");
  expect(probeURL("https://b.vn:8443/wt", page)).toBe("https://b.vn:8443/healthz");
  expect(probeURL("https://127.0.0.1:8080/wt", new URL("http://localhost:8080/m/abc"))).toBe(
    "http://localhost:8080/healthz",
  );
});
