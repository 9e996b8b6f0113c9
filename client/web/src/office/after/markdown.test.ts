import { describe, expect, test } from "vitest";
import { Drawn } from "./drawn";
import { inline, parse } from "./markdown";

/** What is drawn, as HTML without attributes, to compare with what the server prints. */
function html(node: unknown): string {
  if (Array.isArray(node)) return node.map(html).join("");
  if (typeof node === "string") return node.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  if (!node || typeof node !== "object") return "";
  const { type, props } = node as { type: string; props: { children?: unknown } };
  return type === "br" ? "<br>" : `<${type}>${html(props.children)}</${type}>`;
}

const drawn = (text: string) => html(Drawn({ text })).replace(/^<div>|<\/div>$/g, "");

// The cases of markup_test.go; headings are one lower here.
test.each([
  ["# Một\n#### Bốn\n##### năm", "<h2>Một</h2><h5>Bốn</h5><p>##### năm</p>"],
  ["a\nb\n\nc", "<p>a<br>b</p><p>c</p>"],
  ["- a\n- **b** c\n1. d\n12. e", "<ul><li>a</li><li><strong>b</strong> c</li></ul><ol><li>d</li><li>e</li></ol>"],
  [
    "| a | b |\n|:--|---|\n| c\\|d |  |",
    "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c|d</td><td></td></tr></tbody></table>",
  ],
  ["a ** b", "<p>a ** b</p>"],
  ['<i>x</i> & "y"', '<p>&lt;i&gt;x&lt;/i&gt; &amp; "y"</p>'],
  ["x\u202ey\u2068z", "<p>xyz</p>"],
  ["A \u05d0\u05d1 \u05d2 (08:00)", "<p>A <bdi>\u05d0\u05d1 \u05d2</bdi> (08:00)</p>"],
  ["", ""],
  ["1. \n99999. x", "<p>1.<br>99999. x</p>"],
  ["| chỉ một hàng |", "<table><tbody><tr><td>chỉ một hàng</td></tr></tbody></table>"],
  ["*một* _hai_ \\*ba\\* \\# bốn", "<p>*một* _hai_ *ba* # bốn</p>"],
  ["**a **b", "<p><strong>a </strong>b</p>"],
  ["**a** **b", "<p><strong>a</strong> **b</p>"],
])("%j is drawn as the server prints it", (text, wanted) => expect(drawn(text)).toBe(wanted));

describe("any text", () => {
  const signs = [
    "#",
    "# ",
    "**",
    "*",
    "|",
    "- ",
    "\n",
    " ",
    "x",
    ">",
    "1. ",
    "\\",
    "|-|",
    "\n\n",
    "`",
    "<script>",
    "\u202e",
    "\u05d0",
    "\0",
  ];
  let seed = 7;
  const draw = () => {
    seed = (seed * 48271) % 2147483647;
    return signs[seed % signs.length];
  };

  test("becomes blocks of known elements, and loses no word", () => {
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: 30 }, draw).join("");
      const out = drawn(text);
      expect(out.replace(/<\/?(h[2-5]|p|ul|ol|li|table|thead|tbody|tr|th|td|strong|bdi)>|<br>/g, "")).not.toContain(
        "<",
      );
      // A table's rule is the only line that is not told.
      expect(out.split("x").length).toBe(text.split("x").length);
    }
  });

  test("is bounded", () => {
    expect(parse("a\n".repeat(200_000)).length).toBe(1);
    expect(inline("**a ".repeat(20_000)).length).toBeGreaterThan(1);
  });
});

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
    "`<x>` &lt;script&gt;",
  ];
  for (const text of hostile) {
    const attributes = new Set<string>();
    collect(Drawn({ text }), attributes);
    expect([...attributes].filter((name) => name !== "class")).toEqual([]);
    expect(drawn(text)).not.toMatch(/<(script|img|a|iframe|b|style|svg|x)\b/);
    expect(drawn(text)).toMatch(/&lt;|javascript|evil/);
  }
});

function collect(node: unknown, into: Set<string>): void {
  if (Array.isArray(node)) for (const child of node) collect(child, into);
  else if (node && typeof node === "object") {
    const { props } = node as { props: { children?: unknown } & Record<string, unknown> };
    for (const name of Object.keys(props)) if (name !== "children") into.add(name);
    collect(props.children, into);
  }
}
