import { describe, expect, it } from "vitest";
import { maySend, mayShow } from "./showing";
import { emptyView, type Role, type View } from "./view";

const seat = (role: Role, id = "1") => ({ id, name: "A", role });
const plan = { invited: [], agenda: [] };
const view = (more: Partial<View>, holder?: string): View => ({
  ...emptyView,
  ...more,
  floor: { ...emptyView.floor, mode: more.plan ? "moderated" : "free", holder },
});

describe("maySend", () => {
  it.each([
    ["", true],
    ["chair", true],
    ["site", true],
    ["waiting", false],
    ["observer", false],
  ] as const)("%s: %s", (role, may) => expect(maySend(seat(role))).toBe(may));
  it("nobody before the welcome", () => expect(maySend(undefined)).toBe(false));
});

describe("mayShow", () => {
  it.each(["chair", "deputy", "secretary", "technician"] as const)("%s shows", (role) =>
    expect(mayShow(view({ plan }), seat(role))).toBe(true),
  );
  it("a site shows while it has the floor", () => {
    expect(mayShow(view({ plan }), seat("site"))).toBe(false);
    expect(mayShow(view({ plan }, "1"), seat("site"))).toBe(true);
  });
  it("everybody shows where nobody leads", () => {
    expect(mayShow(view({}), seat(""))).toBe(true);
    expect(mayShow(view({}), seat("observer"))).toBe(false);
  });
});
