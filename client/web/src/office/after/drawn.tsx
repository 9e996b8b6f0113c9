// Minutes as they are read: the blocks of markdown.ts as elements.

import { type ComponentChildren, h } from "preact";
import { type Block, type Inline, parse } from "./markdown";

/** A Markdown text, drawn. */
export function Drawn({ text }: { text: string }) {
  return <div class="minutes-text">{parse(text).map(block)}</div>;
}

function block(b: Block): ComponentChildren {
  switch (b.kind) {
    case "heading":
      return h(`h${b.level + 1}`, null, pieces(b.text)); // the page has its own first heading
    case "paragraph":
      return h("p", null, ...b.lines.flatMap((line, i) => (i === 0 ? [pieces(line)] : [h("br", null), pieces(line)])));
    case "list":
      return h(b.ordered ? "ol" : "ul", null, ...b.items.map((item) => h("li", null, pieces(item))));
    case "table":
      return h(
        "table",
        { class: "list" },
        b.head && h("thead", null, row("th", b.head)),
        h("tbody", null, ...b.rows.map((cells) => row("td", cells))),
      );
  }
}

function row(tag: "th" | "td", cells: Inline[][]): ComponentChildren {
  return h("tr", null, ...cells.map((cell) => h(tag, null, pieces(cell))));
}

function pieces(of: Inline[]): ComponentChildren {
  return of.map((piece) => {
    if (typeof piece === "string") return piece;
    return "strong" in piece ? h("strong", null, pieces(piece.strong)) : h("bdi", null, piece.bdi);
  });
}
