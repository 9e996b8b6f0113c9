// The Markdown of minutes, taken apart exactly as the server prints it (markup.go of relay/meeting/minutes): headings to ####, lists, tables, bold.
// Pure. Everything else is text; there is no markup that becomes an element.

/** A piece of a line; what is written from right to left ends where it ends. */
export type Inline = string | { strong: Inline[] } | { bdi: string };

/** A block of the text. */
export type Block =
  | { kind: "heading"; level: number; text: Inline[] }
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "list"; ordered: boolean; items: Inline[][] }
  | { kind: "table"; head?: Inline[][]; rows: Inline[][][] };

const longest = 100_000; // characters that are looked at: more than minutes may have

/** What a line is, and the line without its mark. */
function kindOf(written: string): ["blank" | "heading" | "bullet" | "number" | "row" | "plain", string] {
  const line = written.trim();
  if (line === "") return ["blank", ""];
  if (/^#{1,4} /.test(line)) return ["heading", line];
  if (line.startsWith("- ")) return ["bullet", line.slice(2)];
  const number = /^\d{1,4}\. /.exec(line);
  if (number) return ["number", line.slice(number[0].length)];
  return [line.startsWith("|") && line.length > 1 ? "row" : "plain", line];
}

/** Takes a text apart. */
export function parse(markdown: string): Block[] {
  const lines = markdown.slice(0, longest).replace(/\r\n?/g, "\n").replaceAll("\0", "").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const run = (kind: string) => {
    const found: string[] = [];
    for (; at < lines.length; at++) {
      const [of, rest] = kindOf(lines[at]);
      if (of !== kind) break;
      found.push(rest);
    }
    return found;
  };
  while (at < lines.length) {
    const [kind, rest] = kindOf(lines[at]);
    if (kind === "heading") {
      const level = rest.indexOf(" ");
      blocks.push({ kind, level, text: inline(rest.slice(level).trim()) });
      at++;
    } else if (kind === "bullet" || kind === "number")
      blocks.push({ kind: "list", ordered: kind === "number", items: run(kind).map(inline) });
    else if (kind === "row") blocks.push(table(run(kind)));
    else if (kind === "plain") blocks.push({ kind: "paragraph", lines: run(kind).map(inline) });
    else at++;
  }
  return blocks;
}

/** Rows; if the second one is a rule, the first is the head. */
function table(rows: string[]): Block {
  const headed = rows.length > 1 && isRule(rows[1]);
  const drawn = (row: string) => cells(row).map(inline);
  return {
    kind: "table",
    ...(headed && { head: drawn(rows[0]) }),
    rows: rows.slice(headed ? 2 : 0).map(drawn),
  };
}

const isRule = (line: string) => /^\|[|\-: ]*$/.test(line.trim()) && line.includes("-");

/** Parts a row at the bars that no backslash precedes. */
function cells(row: string): string[] {
  const line = row.trim().replace(/^\|/, "");
  const out: string[] = [];
  let begin = 0;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\") i++;
    else if (line[i] === "|") {
      out.push(line.slice(begin, i).trim());
      begin = i + 1;
    }
  }
  const rest = line.slice(begin).trim();
  return rest ? [...out, rest] : out;
}

const punctuation = /[!-/:-@[-`{-~]/;
const rightToLeft = /^[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}]/u;
const leftward =
  /^[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}](?:[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}\p{Mn}]| +(?=[\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}\p{Mn}]))*/u;
const dropped = /[\p{Bidi_Control}\p{Cc}]/u;

/** Takes a line apart: **bold**, and \ before a sign that means itself. Marks of direction are dropped. */
export function inline(text: string): Inline[] {
  const out: Inline[] = [];
  let bold: Inline[] | undefined;
  const push = (piece: Inline) => {
    const into = bold ?? out;
    const last = into.at(-1);
    if (typeof piece === "string" && typeof last === "string") into[into.length - 1] = last + piece;
    else into.push(piece);
  };
  const lastMark = text.lastIndexOf("**");
  for (let i = 0; i < text.length; ) {
    const c = String.fromCodePoint(text.codePointAt(i) ?? 0);
    let size = c.length;
    if (c === "\\" && punctuation.test(text[i + 1] ?? "")) {
      push(text[i + 1]);
      size = 2;
    } else if (text.startsWith("**", i) && (bold || lastMark >= i + 2)) {
      if (bold) {
        const inside = bold;
        bold = undefined;
        push({ strong: inside });
      } else bold = [];
      size = 2;
    } else if (rightToLeft.test(c)) {
      const words = leftward.exec(text.slice(i))?.[0] ?? c;
      push({ bdi: words });
      size = words.length;
    } else if (!dropped.test(c)) push(c);
    i += size;
  }
  if (bold) {
    const inside = bold;
    bold = undefined;
    push({ strong: inside });
  }
  return out;
}
