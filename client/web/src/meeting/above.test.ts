import { expect, it } from "vitest";
import { Above } from "./above";
import type { Upstream } from "./messages";

const up: Upstream = { up: true, site: "Xã Na" };
const gone: Upstream = { up: false, site: "Xã Na", code: "upstream-away", vi: "Mất", en: "Gone" };
const blocked: Upstream = { ...up, code: "udp-blocked", vi: "Chặn", en: "Blocked" };

/** A page that was welcomed at 0 and is told these states, each at its time. */
function follow(...states: [at: number, state: Upstream][]): Above {
  const above = new Above();
  above.welcome(0);
  for (const [at, state] of states) above.report(state, at);
  return above;
}

const kind = (above: Above) => above.strip.value?.kind;

it("says nothing where there is no line above, or where it is well", () => {
  const none = new Above();
  none.tick(10_000);
  expect([none.state.value, kind(none), none.away.value]).toEqual([undefined, undefined, false]);
  expect(kind(follow([10_000, up]))).toBeUndefined();
});

it("tells at once that the line is gone, in the relay's words, and that it is back for some seconds", () => {
  const above = follow([0, up], [20_000, gone]);
  expect(above.strip.value).toEqual({ kind: "away", sentence: { code: "upstream-away", vi: "Mất", en: "Gone" } });
  expect(above.away.value).toBe(true);
  above.report(up, 30_000);
  expect([kind(above), above.away.value]).toEqual(["back", false]);
  above.tick(35_900);
  expect(kind(above)).toBe("back");
  above.tick(36_000);
  expect(kind(above)).toBeUndefined();
});

it("needs no sentence", () => expect(follow([9000, { up: false }]).strip.value).toEqual({ kind: "away" }));

it("gives a site that starts some seconds to come up", () => {
  const above = follow([10, { up: false }]);
  expect([kind(above), above.away.value]).toEqual([undefined, false]);
  above.report(up, 1500);
  above.tick(60_000);
  expect(kind(above)).toBeUndefined(); // nothing was lost
  const late = follow([10, { up: false }]);
  late.tick(3000);
  expect(kind(late)).toBe("away");
});

it("goes on saying so when a page comes back meanwhile", () => {
  const above = follow([0, up], [20_000, gone]);
  above.welcome(21_000);
  above.report(gone, 21_010);
  expect(kind(above)).toBe("away");
});

it("changes with the sentence, not with each look", () => {
  const above = follow([9000, gone]);
  const first = above.strip.value;
  above.tick(9200);
  expect(above.strip.value).toBe(first);
  above.report({ ...gone, code: "site-revoked", vi: "Thu hồi", en: "Revoked" }, 9400);
  expect(above.strip.value?.sentence?.vi).toBe("Thu hồi");
});

it("tells what is to be mended until the person has closed it", () => {
  const above = follow([0, blocked]);
  expect(above.strip.value).toMatchObject({ kind: "mend", sentence: { code: "udp-blocked" } });
  expect(above.away.value).toBe(false);
  above.close();
  above.tick(200);
  above.report(gone, 9000);
  above.report(blocked, 10_000);
  above.tick(20_000);
  expect(kind(above)).toBeUndefined();
  above.report({ ...blocked, code: "clock-wrong", vi: "Giờ", en: "Clock" }, 21_000);
  expect(kind(above)).toBe("mend");
});
