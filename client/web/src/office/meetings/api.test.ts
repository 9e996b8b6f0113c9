import { describe, expect, test } from "vitest";
import { inviteLink, shelfOf, shelved } from "./api";

const hour = 3600_000;
const now = 1_800_000_000_000;
const meeting = (code: string, more: object) => ({ code, title: code, ...more });

describe("the list of meetings", () => {
  test.each([
    [{ starts: now + hour }, "upcoming"],
    [{}, "upcoming"],
    [{ starts: now - hour, minutes: 30 }, "upcoming"], // late, it may still begin
    [{ starts: now - 14 * hour, minutes: 60 }, "past"],
    [{ starts: now - hour, opened: 5 }, "running"],
    [{ starts: now - hour, opened: 5, closed: 9 }, "past"],
    [{ final: true }, "past"],
  ])("%o is %s", (more, shelf) => expect(shelfOf(meeting("a", more), now)).toBe(shelf));

  test("is in order: what comes next, what was last", () => {
    const { upcoming, past } = shelved(
      [
        meeting("none", {}),
        meeting("later", { starts: now + 9 * hour }),
        meeting("next", { starts: now + hour }),
        meeting("old", { starts: now - 90 * hour, closed: 1 }),
        meeting("last", { starts: now - 2 * hour, closed: 1 }),
      ],
      now,
    );
    expect(upcoming.map((m) => m.code)).toEqual(["next", "later", "none"]);
    expect(past.map((m) => m.code)).toEqual(["last", "old"]);
  });
});

test("an invitation names its site by number", () => {
  expect(inviteLink("https://hop.vn", "abc-def-ghj", 3)).toBe("https://hop.vn/invite/abc-def-ghj?n=3");
  expect(inviteLink("https://hop.vn", "abc-def-ghj")).toBe("https://hop.vn/invite/abc-def-ghj");
});
