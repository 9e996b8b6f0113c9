import { describe, expect, it } from "vitest";
import type { LineState } from "./messages";
import { Outages, sameSituation } from "./outage";

const clean: LineState = { lossDown: 0, lossUp: 0, recoveredDown: 0, kbpsDown: 30, kbpsUp: 30 };

/** An Outages that has been joined since time 0. */
function joined(): Outages {
  const outages = new Outages();
  outages.state("joined");
  return outages;
}

const silent = (silentFor: number): LineState => ({ ...clean, silentFor });
const over = (transport: LineState["transport"]): LineState => ({ ...clean, silentFor: 0, transport });

describe("Outages", () => {
  it("says that it is connecting, and that nothing is lost yet", () => {
    const outages = new Outages();
    expect(outages.at(500)).toEqual({ kind: "connecting", seconds: 0 });
    expect(outages.out).toBe(false);
  });

  it("has nothing to say of a line that speaks once a second", () => {
    const outages = joined();
    for (const s of [0.2, 1.1, 1.9]) outages.report(silent(s), 10_000);
    expect(outages.at(10_000)).toBeUndefined();
  });

  it("counts silence from the last sound, through reconnecting, and says so afterwards for a while", () => {
    const outages = joined();
    outages.report(silent(0.1), 9000);
    outages.report(silent(2.1), 11_000);
    expect(outages.at(11_000)).toEqual({ kind: "silent", seconds: 2 });
    outages.state("reconnecting");
    expect(outages.at(12_000)).toEqual({ kind: "reconnecting", seconds: 3 });
    outages.report(silent(11.1), 20_000);
    expect(outages.at(20_950)).toEqual({ kind: "reconnecting", seconds: 12 });
    outages.state("joined");
    expect(outages.at(20_950)).toEqual({ kind: "back", seconds: 12 });
    expect(outages.at(26_900)).toEqual({ kind: "back", seconds: 12 });
    expect(outages.at(27_000)).toBeUndefined();
  });

  it("knows that a silent line is back by its report alone", () => {
    const outages = joined();
    outages.report(silent(3), 13_000);
    expect(outages.at(13_000)?.kind).toBe("silent");
    outages.report(silent(0.2), 14_000);
    expect(outages.at(14_000)).toEqual({ kind: "back", seconds: 4 });
  });

  it("does not mention a session that was replaced in a moment", () => {
    const outages = joined();
    outages.report(silent(0), 10_000);
    outages.state("reconnecting");
    expect(outages.at(10_100)).toBeUndefined();
    outages.state("joined");
    expect(outages.at(10_400)).toBeUndefined();
  });

  it("tells of another outage at once, also while it says that the line is back", () => {
    const outages = joined();
    outages.state("reconnecting");
    outages.at(0);
    outages.at(5000);
    outages.state("joined");
    expect(outages.at(5000)).toEqual({ kind: "back", seconds: 5 });
    outages.report(silent(2), 9000);
    expect(outages.at(9000)).toEqual({ kind: "silent", seconds: 2 });
  });

  it("mentions the WebSocket once it stays, not as long as it stays", () => {
    const outages = joined();
    outages.report(over("websocket"), 1000);
    expect([outages.at(3900), outages.onBackup(3900)]).toEqual([undefined, false]);
    outages.report(over("websocket"), 4000);
    expect([outages.at(4000), outages.onBackup(4000)]).toEqual([{ kind: "backup", seconds: 0 }, true]);
    expect([outages.at(14_000), outages.onBackup(14_000)]).toEqual([undefined, true]);
    outages.report(over("webtransport"), 15_000);
    expect(outages.onBackup(15_000)).toBe(false);
  });

  it("says nothing of a WebSocket that was only first", () => {
    const outages = joined();
    outages.report(over("websocket"), 1000);
    outages.report(over("webtransport"), 2000);
    expect([outages.at(5000), outages.onBackup(5000)]).toEqual([undefined, false]);
  });
});

it("compares answers", () => {
  expect(sameSituation(undefined, undefined)).toBe(true);
  expect(sameSituation({ kind: "back", seconds: 1 }, { kind: "back", seconds: 1 })).toBe(true);
  expect(sameSituation({ kind: "back", seconds: 1 }, { kind: "back", seconds: 2 })).toBe(false);
  expect(sameSituation(undefined, { kind: "backup", seconds: 0 })).toBe(false);
});
