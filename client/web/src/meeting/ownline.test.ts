import { beforeEach, describe, expect, it } from "vitest";
import type { LineState } from "./messages";
import { OwnLine } from "./ownline";

const clean: LineState = { rtt: 60, lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 30, kbpsUp: 28, silentFor: 0 };

let line: OwnLine;
let now: number;

/** One report a second. */
function report(...lines: Partial<LineState>[]): void {
  for (const more of lines) {
    now += 1000;
    line.report({ ...clean, ...more }, now);
  }
}

/** Time passes without reports. */
function pass(ms: number): void {
  for (const end = now + ms; now < end; now += 200) line.tick(now + 200);
}

const silences = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ silentFor: from + i }));

beforeEach(() => {
  line = new OwnLine();
  now = 0;
  line.state("joined", now);
});

describe("OwnLine", () => {
  it("is judged and remembered for a minute", () => {
    report(...Array(70).fill({ lossDown: 0.18, recoveredDown: 0.99 }));
    expect(line.view.value).toMatchObject({
      grade: "weak",
      worse: "Down",
      loss: { Down: { lost: 18, recovered: 99 } },
    });
    expect(line.trace.value).toHaveLength(60);
    expect(line.trace.value.at(-1)?.lossDown).toBe(0.18);
    expect(line.situation.value).toBeUndefined();
  });

  it("leaves a hole in the trace while it is gone, and says how long", () => {
    report({}, {}, {}, ...silences(1, 3));
    expect(line.situation.value).toEqual({ kind: "silent", seconds: 3 });
    line.state("reconnecting", now);
    pass(9000);
    expect(line.situation.value).toEqual({ kind: "reconnecting", seconds: 12 });
    line.state("joined", now);
    expect(line.situation.value).toEqual({ kind: "back", seconds: 12 });
    report({});
    // Two seconds pass until it is known to be silent; one of them was reported.
    expect(line.trace.value.map((measure) => (measure ? "." : "x")).join("")).toBe(`....${"x".repeat(11)}.`);
    pass(6000);
    expect(line.situation.value).toBeUndefined();
  });

  it("has a trace as long as the outage when reports go on", () => {
    report({}, ...silences(1, 10));
    expect(line.trace.value.map((measure) => (measure ? "." : "x")).join("")).toBe("..xxxxxxxxx");
  });

  it("keeps its word over an outage until reports no longer tell of it", () => {
    report({}, {}, ...silences(1, 5), ...Array(3).fill({ lossDown: 0.9 }));
    expect(line.view.value?.grade).toBe("good");
    report({});
    expect(line.view.value).toMatchObject({ grade: "good", loss: { Down: { lost: 0 } } });
    report(...Array(4).fill({ lossDown: 0.9 }));
    expect(line.view.value?.grade).toBe("bad");
  });

  it("has no trace before the first report", () => {
    line.state("reconnecting", now);
    pass(5000);
    expect(line.trace.value).toEqual([]);
  });

  it("says when it has been on the WebSocket for a while", () => {
    report(...Array(5).fill({ transport: "websocket" }));
    expect([line.backup.value, line.situation.value?.kind]).toEqual([true, "backup"]);
    report({ transport: "webtransport" });
    expect([line.backup.value, line.situation.value]).toEqual([false, undefined]);
  });
});
