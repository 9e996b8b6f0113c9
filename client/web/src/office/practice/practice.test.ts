import { describe, expect, test } from "vitest";
import { emptyView, type Seat, type View } from "../../meeting/view";
import { doneBetween, exercisesFor, type Glimpse } from "./exercises";
import { practicePath } from "./path";

const seat = (more: Partial<Seat>): Seat => ({ id: "me", name: "Xã Lăng", here: true, ...more });
const glimpse = (
  view: Partial<View> = {},
  more: Partial<Glimpse> = {},
  own: Partial<Seat> = { role: "site", invited: 2 },
): Glimpse => ({
  view: { ...emptyView, seats: new Map([["me", seat(own)]]), ...view },
  you: "me",
  muted: true,
  ...more,
});
const floor = (more: Partial<View["floor"]>): Partial<View> => ({
  floor: { ...emptyView.floor, mode: "moderated", ...more },
});

describe("an exercise of a site is done when the meeting shows it", () => {
  const cases: [string, Glimpse, Glimpse, string[]][] = [
    ["nothing", glimpse(), glimpse(), []],
    ["opening alone is not opening and closing", glimpse(), glimpse({}, { muted: false }), []],
    ["closing again", glimpse({}, { muted: false }), glimpse(), ["mic"]],
    ["a hand", glimpse(), glimpse(floor({ queue: [{ seat: "me", since: 1 }] })), ["hand"]],
    ["another's hand", glimpse(), glimpse(floor({ queue: [{ seat: "x", since: 1 }] })), []],
    ["the floor", glimpse(), glimpse(floor({ holder: "me" })), ["called"]],
    [
      "speaking",
      glimpse(floor({ holder: "me" })),
      glimpse(floor({ holder: "me" }), { muted: false }),
      ["called", "speak"],
    ],
    ["giving it back", glimpse(floor({ holder: "me" })), glimpse(floor({})), ["yield"]],
    [
      "the headcount",
      glimpse(),
      glimpse({ roll: { open: true, present: { 2: { headcount: 5 } }, confirmed: {} } }),
      ["roll"],
    ],
    [
      "another's headcount",
      glimpse(),
      glimpse({ roll: { open: true, present: { 1: { headcount: 5 } }, confirmed: {} } }),
      [],
    ],
    [
      "a message",
      glimpse(),
      glimpse({ chat: [{ n: 1, ms: 1, seat: "me", name: "", to: "all", text: "x" }] }),
      ["chat"],
    ],
  ];
  test.each(cases)("%s", (_, before, now, done) =>
    expect(doneBetween(before, now).filter((e) => exercisesFor(now).includes(e))).toEqual(done),
  );

  test("a vote is the site's", () => {
    const poll = { id: "p", question: "?", votes: { "#2": { choice: "for" } } } as unknown as View["polls"][0];
    expect(doneBetween(glimpse(), glimpse({ polls: [poll] }))).toContain("vote");
  });
});

test("a chair has other exercises", () => {
  const chair = (view: Partial<View> = {}) => glimpse(view, {}, { role: "chair" });
  expect(exercisesFor(chair())[0]).toBe("open");
  expect(exercisesFor(glimpse())[0]).toBe("mic");
  expect(doneBetween(chair(), chair({ opened: 5 }))).toEqual(["open"]);
  expect(doneBetween(chair(floor({})), chair(floor({ holder: "x" })))).toContain("call");
  const longer = doneBetween(chair(floor({ holder: "x", limit: 1 })), chair(floor({ holder: "x", limit: 9 })));
  expect(longer).toContain("extend");
  expect(doneBetween(chair(floor({ holder: "x" })), chair(floor({})))).toContain("take");
});

test("the way in stays on this server, and keeps its secret in the fragment", () => {
  const base = "https://hop.vn/practice";
  expect(practicePath("https://other.vn/m/abc-def-ghj#p=x", base)).toBe("/m/abc-def-ghj?practice=1#p=x");
  expect(practicePath("/m/abc-def-ghj?lang=en", base)).toBe("/m/abc-def-ghj?lang=en&practice=1");
});
