import { describe, expect, it } from "vitest";
import { readCode } from "./code";

const want = { code: "abc-def-gh1" };

describe("readCode", () => {
  it.each([
    ["abc-def-gh1"],
    ["ABC DEF GH1"],
    ["abcdefghl"],
    ["abcdefghI"],
    ["  abc.def_gh1\n"],
    ["abc–def—gh1"],
    ["abc\u200bdef\u00a0gh1"],
    ["ａｂｃ-def-gh1"],
    ["https://hop.example.vn/m/abc-def-gh1"],
    ["https://hop.example.vn:8443/m/ABC-DEF-GHL?name=X%C3%A3&join=1#top"],
    ["Mời vào họp: http://127.0.0.1:8080/m/abcdefgh1 lúc 8 giờ"],
  ])("understands %j", (input) => expect(readCode(input)).toEqual(want));

  it("takes o for 0", () => expect(readCode("OoO-ooo-000")).toEqual({ code: "000-000-000" }));

  it.each([[""], ["  - "], ["\n"]])("calls %j empty", (input) => expect(readCode(input)).toEqual({ problem: "empty" }));

  it.each([["abc-dè-gh1"], ["âbcdefgh1"], ["đbc-def-gh1"]])("sees the accents of %j", (input) =>
    expect(readCode(input)).toEqual({ problem: "accents" }),
  );

  it.each([["abc-def-gh"], ["abc-def-ghjk"], ["abc-def-ghu"], ["https://hop.example.vn/"], ["/m/xyz"]])(
    "refuses %j",
    (input) => expect(readCode(input)).toEqual({ problem: "malformed" }),
  );
});
