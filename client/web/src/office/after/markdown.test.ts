import { describe, expect, test } from "vitest";
import { Drawn } from "./drawn";
import { inline, parse } from "./markdown";

describe("a line", () => {
  test.each([
    ["một **hai** ba", ["một ", { strong: ["hai"] }, " ba"]],
    ["*một* **hai *ba***", [{ em: ["một"] }, " ", { strong: ["hai ", { em: ["ba"] }] }]],
    ["2 * 3 * 4", ["2 * 3 * 4"]],
    ["**không đóng", ["**không đóng"]],
    ["\\*không\\* phải \\| sao", ["*không* phải | sao"]],
    ["** trống **", ["** trống **"]],
    ["a\\", ["a\\"]],
    ["<b>x</b> [y](javascript:z)", ["<b>x</b> [y](javascript:z)"]],
    ["****", ["****"]],
  ])("%s", (text, pieces) => expect(inline(text)).toEqual(pieces));
});

describe("blocks", () => {
  test("of minutes", () => {
    const text = "# BIÊN BẢN\n\nDòng một\ndòng hai\n\n- a\n- b\n  - c\n\n3. x\n4. y\n\n---\n> trích\n";
    expect(parse(text)).toEqual([
      { kind: "heading", level: 1, text: ["BIÊN BẢN"] },
      { kind: "paragraph", lines: [["Dòng một"], ["dòng hai"]] },
      {
        kind: "list",
        ordered: false,
        start: 1,
        items: [
          { text: ["a"], under: [] },
          { text: ["b"], under: [{ text: ["c"], under: [] }] },
        ],
      },
      {
        kind: "list",
        ordered: true,
        start: 3,
        items: [
          { text: ["x"], under: [] },
          { text: ["y"], under: [] },
        ],
      },
      { kind: "rule" },
      { kind: "quote", lines: [["trích"]] },
    ]);
  });

  test("tables, as wide as their heads", () => {
    expect(parse("| Điểm | Người |\n|---|--:|\n| Lăng \\| Dang | 5 | thừa |\n| A Xan |\n\nsau")).toEqual([
      {
        kind: "table",
        head: [["Điểm"], ["Người"]],
        rows: [
          [["Lăng | Dang"], ["5"]],
          [["A Xan"], []],
        ],
      },
      { kind: "paragraph", lines: [["sau"]] },
    ]);
    expect(parse("a | b\nkhông phải bảng")[0].kind).toBe("paragraph");
  });

  test("never fail, whatever is written", () => {
    const signs = ["#", "**", "*", "|", "-", "\n", " ", "x", ">", "1.", "\\", "|-|", "\n\n", "`", "<script>"];
    let seed = 7;
    const draw = () => {
      seed = (seed * 48271) % 2147483647;
      return signs[seed % signs.length];
    };
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: 30 }, draw).join("");
      expect(Array.isArray(parse(text))).toBe(true);
    }
  });

  test("are not looked into too long or too deep", () => {
    const line = "**a ".repeat(2000);
    expect(inline(line)).toEqual([line]);
    let deep = "x";
    for (let i = 0; i < 400; i++) deep = i % 2 ? `*${deep}*` : `**${deep}**`;
    expect(JSON.stringify(inline(deep)).split("strong").length).toBeLessThan(40); // of 200
  });
});

/** The names of all elements, and all attributes' names, of what is drawn. */
function elements(node: unknown, into: Set<string>, texts: string[]): void {
  if (Array.isArray(node)) for (const child of node) elements(child, into, texts);
  else if (typeof node === "string" || typeof node === "number") texts.push(String(node));
  else if (node && typeof node === "object") {
    const { type, props } = node as { type: unknown; props: { children?: unknown } & Record<string, unknown> };
    if (typeof type === "string") into.add(type);
    for (const name of Object.keys(props)) if (name !== "children") into.add(`@${name}`);
    elements(props.children, into, texts);
  }
}

test("hostile markup stays text", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](http://evil/x.png)",
    "# <iframe src=//evil>",
    "| <b onclick=x> |\n|---|\n| <a href=javascript:x>y</a> |",
    "- <style>*{display:none}</style>",
    "**<svg/onload=alert(1)>**",
    "\u202Ekhông đảo chiều",
    "`<x>` &lt;script&gt;",
  ].join("\n\n");
  const found = new Set<string>();
  const texts: string[] = [];
  elements(Drawn({ text: hostile }), found, texts);
  const known = [
    "div",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "br",
    "blockquote",
    "hr",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "strong",
    "em",
  ];
  const attributes = ["@class", "@scope", "@start"];
  expect([...found].filter((name) => ![...known, ...attributes].includes(name))).toEqual([]);
  for (const said of ["<script>alert(1)</script>", "<iframe src=//evil>", "<svg/onload=alert(1)>", "&lt;script&gt;"])
    expect(texts.join("\n")).toContain(said);
});
