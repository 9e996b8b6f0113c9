import { describe, expect, test } from "vitest";
import { type Book, matches, plain, pruned, quotaOf, sitesOfTier, sitesUnder, tree, whole } from "./book";

const unit = (id: string, name: string, parent?: string, tier = "t3") => ({ id, name, kind: "k", tier, parent });
const site = (id: string, name: string, of: string) => ({ id, name, unit: of });

const book: Book = whole({
  kinds: [{ id: "k", vi: "UBND", quota: 2 }],
  units: [
    unit("h", "Huyện Tây Giang", undefined, "t2"),
    unit("b", "Xã Bha Lêê", "h"),
    unit("a", "Xã A Tiêng", "h"),
    unit("d", "Xã Đắc Pring", "h"),
  ],
  sites: [site("1", "Hội trường huyện", "h"), site("2", "Xã A Tiêng", "a"), site("3", "Xã Đắc Pring", "d")],
});

describe("the tree of units", () => {
  test("is by name, each unit under its parent", () => {
    const [top] = tree(book);
    expect(top.under.map((b) => b.unit.id)).toEqual(["a", "b", "d"]);
    expect(sitesUnder(top).map((s) => s.id)).toEqual(["1", "2", "3"]);
  });

  test("holds every unit once, whatever the parents say", () => {
    const odd = {
      sites: [],
      units: [unit("x", "X", "y"), unit("y", "Y", "x"), unit("z", "Z", "z"), unit("o", "O", "gone")],
    };
    expect(
      tree(odd)
        .map((b) => b.unit.id)
        .sort(),
    ).toEqual(["o", "x", "y", "z"]);
  });

  test("is searched without accents", () => {
    expect(plain(" Đắc  Pring ")).toBe("dac  pring");
    expect(matches("Xã Đắc Pring", "dac xa")).toBe(true);
    expect(matches("Xã Đắc Pring", "tieng")).toBe(false);
    const [top] = pruned(tree(book), "dac");
    expect(top.under.map((b) => b.unit.id)).toEqual(["d"]);
    expect(top.sites).toEqual([]);
    expect(pruned(tree(book), "không có")).toEqual([]);
    expect(pruned(tree(book), "tay giang")[0].under).toHaveLength(3);
  });
});

test("a whole tier, and what a kind allows", () => {
  expect(sitesOfTier(book, "t3").map((s) => s.id)).toEqual(["2", "3"]);
  expect(quotaOf(book, book.units[0])).toEqual({ has: 1, may: 2 });
  expect(quotaOf({ ...book, kinds: [] }, book.units[0])).toEqual({ has: 1, may: undefined });
});
