// The Markdown of minutes, taken apart: the part of it that the server writes. Pure. What it does not know stays text; there is no markup that becomes an element.

/** A piece of a line. */
export type Inline = string | { strong: Inline[] } | { em: Inline[] };

/** A block of the text. */
export type Block =
  | { kind: "heading"; level: number; text: Inline[] }
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "quote"; lines: Inline[][] }
  | { kind: "list"; ordered: boolean; start: number; items: ListItem[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

/** A list's item, and the items under it. */
export interface ListItem {
  text: Inline[];
  under: ListItem[];
}

const heading = /^(#{1,6})\s+(.*?)\s*#*$/;
const rule = /^\s*([-*_])(\s*\1){2,}\s*$/;
const item = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const divider = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const longest = 100_000; // characters that are looked at
const longestLine = 4000; // characters of a line in which marks are looked for: each may be looked for to the line's end
const deepest = 8; // marks inside marks

/** Takes a text apart. */
export function parse(markdown: string): Block[] {
  const lines = markdown.slice(0, longest).replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const taken = lines[at].trim() === "" ? 1 : takeBlock(lines, at, blocks);
    at += taken;
  }
  return blocks;
}

function takeBlock(lines: string[], at: number, blocks: Block[]): number {
  const line = lines[at];
  const found = heading.exec(line);
  if (found) {
    blocks.push({ kind: "heading", level: found[1].length, text: inline(found[2]) });
    return 1;
  }
  if (rule.test(line)) {
    blocks.push({ kind: "rule" });
    return 1;
  }
  if (line.includes("|") && divider.test(lines[at + 1] ?? "") && (lines[at + 1] ?? "").includes("-"))
    return takeTable(lines, at, blocks);
  if (item.test(line)) return takeList(lines, at, blocks);
  if (/^\s*>/.test(line)) return takeQuote(lines, at, blocks);
  return takeParagraph(lines, at, blocks);
}

/** How many lines from there on a condition holds for. */
function run(lines: string[], at: number, holds: (line: string) => boolean): number {
  let end = at;
  while (end < lines.length && holds(lines[end])) end++;
  return end - at;
}

function takeTable(lines: string[], at: number, blocks: Block[]): number {
  const rows = run(lines, at + 2, (l) => l.includes("|") && l.trim() !== "");
  const head = cells(lines[at]);
  const fill = (row: Inline[][]) => head.map((_, i) => row[i] ?? []);
  blocks.push({ kind: "table", head, rows: lines.slice(at + 2, at + 2 + rows).map((l) => fill(cells(l))) });
  return rows + 2;
}

function cells(line: string): Inline[][] {
  const parts: string[] = [""];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === "\\" && i + 1 < line.length) parts[parts.length - 1] += line[i] + line[++i];
    else if (line[i] === "|") parts.push("");
    else parts[parts.length - 1] += line[i];
  }
  if (parts[0].trim() === "") parts.shift();
  if (parts.length > 0 && parts[parts.length - 1].trim() === "") parts.pop();
  return parts.map((part) => inline(part.trim()));
}

function takeList(lines: string[], at: number, blocks: Block[]): number {
  const count = run(lines, at, (l) => item.test(l));
  const first = item.exec(lines[at]);
  const list = {
    kind: "list",
    ordered: first?.[2] !== undefined,
    start: Number(first?.[2] ?? 1),
    items: [] as ListItem[],
  };
  const depth = first?.[1].length ?? 0;
  for (const line of lines.slice(at, at + count)) {
    const [, indent, , text] = item.exec(line) ?? ["", "", "", line];
    const last = list.items.at(-1);
    const here = { text: inline(text), under: [] };
    if (last && indent.length > depth + 1) last.under.push(here);
    else list.items.push(here);
  }
  blocks.push(list as Block);
  return count;
}

function takeQuote(lines: string[], at: number, blocks: Block[]): number {
  const count = run(lines, at, (l) => /^\s*>/.test(l));
  const text = lines.slice(at, at + count).map((l) => inline(l.replace(/^\s*>\s?/, "")));
  blocks.push({ kind: "quote", lines: text });
  return count;
}

function takeParagraph(lines: string[], at: number, blocks: Block[]): number {
  const goesOn = (l: string) =>
    l.trim() !== "" && !heading.test(l) && !rule.test(l) && !item.test(l) && !/^\s*>/.test(l);
  const count = Math.max(1, run(lines, at, goesOn));
  blocks.push({ kind: "paragraph", lines: lines.slice(at, at + count).map((l) => inline(l.trim())) });
  return count;
}

/** Takes a line apart: **strong**, *em*, and \ before a sign that means itself. */
export function inline(text: string, depth = 0): Inline[] {
  if (text.length > longestLine || depth > deepest) return text ? [text] : [];
  const out: Inline[] = [];
  let plain = "";
  const push = (piece: Inline) => {
    if (plain) out.push(plain);
    plain = "";
    out.push(piece);
  };
  for (let i = 0; i < text.length; ) {
    const mark = text.startsWith("**", i) ? "**" : text[i] === "*" ? "*" : "";
    const end = mark ? closing(text, i + mark.length, mark) : -1;
    if (text[i] === "\\" && /[!-/:-@[-`{-~]/.test(text[i + 1] ?? "")) {
      plain += text[i + 1];
      i += 2;
    } else if (end > 0) {
      const inside = inline(text.slice(i + mark.length, end), depth + 1);
      push(mark === "**" ? { strong: inside } : { em: inside });
      i = end + mark.length;
    } else {
      plain += mark || text[i];
      i += mark.length || 1;
    }
  }
  if (plain) out.push(plain);
  return out;
}

/** Where a mark that was opened is closed; -1 if it is not, or holds nothing. */
function closing(text: string, from: number, mark: string): number {
  if (/\s/.test(text[from] ?? " ")) return -1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (mark === "*" && text.startsWith("**", i)) i++;
    else if (mark === "**" && text.startsWith("***", i))
      continue; // its last two
    else if (text.startsWith(mark, i) && i > from && !/\s/.test(text[i - 1])) return i;
  }
  return -1;
}
