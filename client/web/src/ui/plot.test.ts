import { describe, expect, it } from "vitest";
import { bars, curve, topOf } from "./plot";

describe("topOf", () => {
  it.each([
    [[], 25],
    [[0, 3], 25],
    [[26], 50],
    [[50], 50],
    [[51, undefined, 12], 100],
  ])("%j fits under %d", (values, top) => expect(topOf(25, values)).toBe(top));
});

describe("bars", () => {
  it("stand on the ground, the newest at the right", () =>
    expect(bars([10, 20], 20, 1)).toBe("M58 20v-10h1V20zM59 20v-20h1V20z"));
  it("are not drawn for nothing", () => expect(bars([0, undefined], 20, 1)).toBe(""));
  it("are as wide as told", () => expect(bars([1], 20, 0.5)).toBe("M59 20v-1h0.5V20z"));
});

describe("curve", () => {
  it("is a step a second", () => expect(curve([0, 10], 20)).toBe("M58 20h1L59 10h1"));
  it("breaks where nothing came", () => expect(curve([5, undefined, 5], 20)).toBe("M57 15h1M59 15h1"));
});
