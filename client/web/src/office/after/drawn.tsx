// Minutes as they are read: the blocks of markdown.ts as elements.

import type { ComponentChildren } from "preact";
import { h } from "preact";
import { type Block, type Inline, type ListItem, parse } from "./markdown";

/** A Markdown text, drawn. */
export function Drawn({ text }: { text: string }) {
  return <div class="minutes-text">{parse(text).map(block)}</div>;
}

function block(b: Block): ComponentChildren {
  switch (b.kind) {
    case "heading":
      return h(`h${Math.min(6, b.level + 1)}`, null, pieces(b.text)); // the page has its own first heading
    case "paragraph":
      return <p>{lines(b.lines)}</p>;
    case "quote":
      return <blockquote>{lines(b.lines)}</blockquote>;
    case "rule":
      return <hr />;
    case "list":
      return b.ordered ? <ol start={b.start}>{b.items.map(entry)}</ol> : <ul>{b.items.map(entry)}</ul>;
    case "table":
      return (
        <table class="list">
          <thead>
            <tr>{b.head.map((cell) => h("th", { scope: "col" }, pieces(cell)))}</tr>
          </thead>
          <tbody>
            {b.rows.map((row) =>
              h(
                "tr",
                null,
                row.map((cell) => h("td", null, pieces(cell))),
              ),
            )}
          </tbody>
        </table>
      );
  }
}

function entry(item: ListItem): ComponentChildren {
  return h("li", null, pieces(item.text), item.under.length > 0 ? h("ul", null, item.under.map(entry)) : null);
}

function lines(of: Inline[][]): ComponentChildren {
  return of.flatMap((line, i) => (i === 0 ? [pieces(line)] : [h("br", null), pieces(line)]));
}

function pieces(of: Inline[]): ComponentChildren {
  return of.map((piece) => {
    if (typeof piece === "string") return piece;
    return "strong" in piece ? h("strong", null, pieces(piece.strong)) : h("em", null, pieces(piece.em));
  });
}
