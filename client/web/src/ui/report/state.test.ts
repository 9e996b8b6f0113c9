// What a person does with a report: record, hear it is closed to the meeting, finish, throw away or send.

import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Microphone } from "../../codec";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import { emptyView } from "../../meeting/view";
import { type Begun, cutOff } from "../../report/draft";
import { type Moment, read, type Turn, VOICE } from "../../report/file";
import type { Recorder } from "../../report/recorder";
import { cachesOf, newStores } from "../../report/stores.test-util";
import type { OwnPage, Presenter } from "../slides/presenter";
import { Reporting } from "./state";

/** A recorder that needs no microphone. */
class Fake {
  phase = signal<"off" | "on" | "paused">("off");
  ms = signal(0);
  microphone = signal<Microphone>("off");
  full = signal(false);
  turns: (Turn | undefined)[] = [];
  async begin(): Promise<boolean> {
    this.microphone.value = microphone;
    if (microphone === "on") this.phase.value = "on";
    return microphone === "on";
  }
  pause(): void {
    this.phase.value = "paused";
  }
  resume(): void {
    this.phase.value = "on";
  }
  turn(turn: Turn | undefined): void {
    this.turns.push(turn);
  }
  async end() {
    return said ? { file: Uint8Array.of(1, 2), ms: 5000 } : undefined;
  }
  close(): void {
    this.phase.value = "off";
  }
}

let started: Begun | undefined; // with what the recorder begins
let kept: (fresh: readonly Moment[], ms: number) => void;
let microphone: Microphone;
let said: boolean;
let fake: Fake;
let reporting: Reporting;
const muted = signal(false);
const view = signal(emptyView);
const deck = signal<{ seat: string } | undefined>(undefined);
const pages = signal<readonly OwnPage[]>([]);
const tell = vi.fn();

function newReporting(): Reporting {
  const choose = (to: boolean) => {
    muted.value = to;
  };
  const call = { mic: { muted, choose }, listen: false, view, deck, you: signal("own"), do: async () => true };
  const presenter = { deck: signal("d"), pages, title: signal("") };
  return new Reporting(
    call as unknown as Call,
    { listen: () => () => {}, tell } as unknown as Pictures,
    presenter as unknown as Presenter,
    "m",
    (_, keep, begun) => {
      [kept, started] = [keep, begun];
      fake = new Fake();
      return fake as unknown as Recorder;
    },
  );
}

beforeEach(() => {
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("removeEventListener", () => {});
  [microphone, said] = ["on", true];
  [muted.value, view.value, deck.value, pages.value] = [false, emptyView, undefined, []];
  tell.mockClear();
  reporting = newReporting();
});
afterEach(() => {
  reporting.close();
  vi.unstubAllGlobals();
});

test("while it is recorded the meeting hears nothing, and whoever speaks to the meeting does not record", async () => {
  await reporting.begin();
  expect([muted.value, fake.phase.value]).toEqual([true, "on"]);
  muted.value = false;
  expect(fake.phase.value).toBe("paused");
  reporting.resume();
  expect([muted.value, fake.phase.value]).toEqual([true, "on"]);
});

test("the own pages that are turned are recorded", async () => {
  await reporting.begin();
  pages.value = ["a", "b"].map((lo) => ({ lo, hi: `${lo}!` }) as OwnPage);
  reporting.page.value = 2;
  expect(fake.turns).toEqual([
    undefined,
    { deck: "d", page: 1, lo: "a", hi: "a!" },
    { deck: "d", page: 2, lo: "b", hi: "b!" },
  ]);
});

test("what is recorded is sent under its name", async () => {
  await reporting.begin();
  await reporting.stop();
  const { hash } = reporting.done.value?.[0] ?? {};
  reporting.send("Tháng 11");
  expect(reporting.done.value).toBeUndefined();
  expect(tell).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ type: "offer", kind: "report", hash }), [
    expect.any(ArrayBuffer),
  ]);
  expect(reporting.outgoing.all.value[0]).toMatchObject({ title: "Tháng 11", ms: 5000, size: 2, sent: true });
});

test("or thrown away", async () => {
  await reporting.begin();
  await reporting.stop();
  reporting.throw();
  expect([reporting.done.value, tell.mock.calls]).toEqual([undefined, []]);
});

test.each([
  ["none", "micNone"],
  ["refused", "micRefused"],
  ["busy", "micFailed"],
] as const)("a microphone that is %s: %s", async (what, sentence) => {
  microphone = what;
  await reporting.begin();
  expect([reporting.wrong.value, reporting.recorder.value]).toEqual([sentence, undefined]);
});

test("a microphone that goes, a report that is full, and one without a voice are told", async () => {
  await reporting.begin();
  fake.microphone.value = "lost";
  expect(reporting.wrong.value).toBe("micLost");
  fake.full.value = true;
  expect(reporting.wrong.value).toBe("full");
  said = false;
  await reporting.stop();
  expect(reporting.wrong.value).toBe("nothing");
});

test("one's turn is told, and that it comes", () => {
  expect(reporting.turn.value).toBe(false);
  deck.value = { seat: "own" };
  expect(reporting.turn.value).toBe(true);
  deck.value = undefined;
  view.value = { ...emptyView, floor: { ...emptyView.floor, holder: "own" } };
  expect(reporting.turn.value).toBe(true);
});

const voice: Moment = { kind: VOICE, ms: 0, body: Uint8Array.of(0xa0, 7) };

/** The page is reloaded 8 s into a recording. */
async function reloaded(): Promise<void> {
  vi.stubGlobal("caches", cachesOf(newStores()));
  await reporting.begin();
  kept([voice], 8000);
  await vi.waitFor(async () => expect(await cutOff("m")).toBeDefined());
  reporting.close();
  reporting = newReporting();
  await vi.waitFor(() => expect(reporting.cutOff.value?.ms).toBe(8000));
}

test("what a reload cut off goes on", async () => {
  await reloaded();
  expect([reporting.recorder.value, reporting.done.value]).toEqual([undefined, undefined]);
  await reporting.begin();
  expect([started?.ms, reporting.cutOff.value]).toEqual([8000, undefined]);
  await reporting.stop();
  await vi.waitFor(async () => expect(await cutOff("m")).toBeUndefined());
});

test("or is finished with what there is, though the microphone does not open any more", async () => {
  await reloaded();
  microphone = "none";
  await reporting.begin();
  expect(reporting.wrong.value).toBe("micNone");
  await reporting.stop();
  const [of, file] = reporting.done.value ?? [];
  expect(of).toMatchObject({ ms: 8000, sent: false });
  expect(read(file?.buffer ?? new ArrayBuffer())).toMatchObject([{ kind: VOICE, ms: 0 }]);
  await vi.waitFor(async () => expect(await cutOff("m")).toBeUndefined());
});
