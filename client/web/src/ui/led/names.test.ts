import { expect, test } from "vitest";
import { inSentence } from "./names";

test.each([
  ["Xã Ga Ry", "xã Ga Ry"],
  ["Phường Hòa Khánh", "phường Hòa Khánh"],
  ["Ủy ban huyện", "ủy ban huyện"],
  ["UBND xã Ga Ry", "UBND xã Ga Ry"],
  ["Nguyễn Văn An", "Nguyễn Văn An"],
  ["Ban", "Ban"],
])("%s", (name, said) => expect(inSentence(name)).toBe(said.replaceAll(" ", "\u00a0")));

test("a long name may be broken between lines", () => {
  expect(inSentence("Xã Thượng Nhật Nam Đông")).toBe("xã Thượng Nhật Nam Đông");
});
