import { describe, expect, test } from "vitest";
import { whole } from "../book";
import { cellWords, columns, fieldOf, memberOf, type Row, readRow } from "./columns";
import { imageOf } from "./qr";

const fields = (row: Row, table: "sites" | "rooms" | "kinds") =>
  Object.fromEntries(columns[table].map((c) => [c.key, fieldOf(row, c)]));

describe("a row of the directory", () => {
  test("is the same after its form", () => {
    const site = { id: "s1", name: "Xã Lăng", unit: "u1", equipment: "Tivi\nCamera", unknown: 5 };
    expect(readRow("sites", site, fields(site, "sites"))).toEqual({ row: site, problems: {} });
    const room = { id: "r1", name: "Hội trường", seats: 120, bodies: ["Huyện ủy", "UBND"] };
    expect(readRow("rooms", room, fields(room, "rooms"))).toEqual({ row: room, problems: {} });
  });

  test("tells what is missing, and what is no number", () => {
    const { problems, row } = readRow("kinds", { id: "" }, { vi: "  ", quota: "một" });
    expect(problems).toEqual({ vi: "required", quota: "notNumber" });
    expect(row.vi).toBeUndefined();
    expect(readRow("kinds", { id: "k", vi: "Xã", quota: 2 }, { vi: "Xã", quota: "" }).row).toEqual({
      id: "k",
      vi: "Xã",
    });
  });

  test("has lines without empty ones", () => {
    expect(memberOf(" a \n\n b", "lines")).toEqual(["a", "b"]);
    expect(memberOf("-3", "number")).toBeNaN();
    expect(memberOf(" ", "number")).toBeUndefined();
  });

  test("names what it refers to", () => {
    const book = whole({
      tiers: [{ id: "t", level: 1, vi: "Xã", en: "Commune" }],
      units: [{ id: "u", name: "Lăng", kind: "", tier: "t" }],
    });
    const words = (key: string, row: Row, lang: "vi" | "en") =>
      cellWords(book, row, columns.units.find((c) => c.key === key) ?? columns.units[0], lang);
    expect(words("tier", { id: "u", tier: "t" }, "vi")).toBe("Xã");
    expect(words("tier", { id: "u", tier: "t" }, "en")).toBe("Commune");
    expect(words("tier", { id: "u", tier: "gone" }, "vi")).toBe("");
  });
});

test("a QR code is an image, never a document", () => {
  expect(imageOf("data:image/svg+xml,x")).toBe("data:image/svg+xml,x");
  expect(imageOf("<svg onload='x'>")).toMatch(/^data:image\/svg\+xml,%3Csvg/);
  expect(imageOf("javascript:alert(1)")).toMatch(/^data:image\/png;base64,/);
});
