// What the tables of the directory hold, column by column. Pure.

import type { Book, TableName } from "../book";
import type { Words } from "./words";

/** What a cell holds: how it is typed in and read. */
export type Holds = "text" | "area" | "number" | "lines" | "phone" | "unit" | "parent" | "room" | "kind" | "tier";

/** One column of a table: a member of its rows. */
export interface Column {
  key: string;
  label: keyof Words;
  hint?: keyof Words;
  holds: Holds;
  required?: boolean;
  listed?: boolean; // shown in the list, not only in the form
}

/** The columns of a table, as the form asks for them. */
export const columns: Record<TableName, Column[]> = {
  sites: [
    { key: "name", label: "name", holds: "text", required: true, listed: true },
    { key: "unit", label: "unit", holds: "unit", required: true, listed: true },
    { key: "room", label: "room", holds: "room", listed: true },
    { key: "technician", label: "technician", holds: "text", listed: true },
    { key: "phone", label: "phone", holds: "phone", listed: true },
    { key: "equipment", label: "equipment", hint: "equipmentHint", holds: "area" },
    { key: "note", label: "note", holds: "area" },
  ],
  units: [
    { key: "name", label: "name", holds: "text", required: true, listed: true },
    { key: "kind", label: "kind", holds: "kind", required: true, listed: true },
    { key: "tier", label: "tier", holds: "tier", required: true, listed: true },
    { key: "parent", label: "parent", holds: "parent" },
    { key: "code", label: "code", holds: "text", listed: true },
  ],
  rooms: [
    { key: "name", label: "name", holds: "text", required: true, listed: true },
    { key: "address", label: "address", holds: "text", listed: true },
    { key: "seats", label: "seats", holds: "number", listed: true },
    { key: "bodies", label: "bodies", hint: "bodiesHint", holds: "lines", listed: true },
  ],
  kinds: [
    { key: "vi", label: "nameVi", holds: "text", required: true, listed: true },
    { key: "en", label: "nameEn", holds: "text", listed: true },
    { key: "quota", label: "quota", hint: "quotaHint", holds: "number", listed: true },
  ],
  tiers: [
    { key: "level", label: "level", hint: "levelHint", holds: "number", required: true, listed: true },
    { key: "vi", label: "nameVi", holds: "text", required: true, listed: true },
    { key: "en", label: "nameEn", holds: "text", listed: true },
  ],
  templates: [
    { key: "name", label: "name", holds: "text", required: true, listed: true },
    { key: "title", label: "meetingTitle", holds: "text", listed: true },
  ],
};

/** The members of a site that a technician looks after. */
export const technical: readonly string[] = ["equipment", "technician", "phone", "note"];

/** A row of any table. */
export type Row = { id: string } & Record<string, unknown>;

/** The rows of a table. */
export function rowsOf(book: Book, table: TableName): Row[] {
  return book[table] as unknown as Row[];
}

/** What a row is called. */
export function nameOf(row: Row): string {
  return String(row.name ?? row.vi ?? "");
}

/** A cell as its field shows it. */
export function fieldOf(row: Row, { key, holds }: Column): string {
  const value = row[key];
  if (holds === "lines") return Array.isArray(value) ? value.join("\n") : "";
  if (holds === "number") return typeof value === "number" && value !== 0 ? String(value) : "";
  return typeof value === "string" ? value : "";
}

/** The member that a field means; undefined if it is empty, NaN if it should be a number and is none. */
export function memberOf(field: string, holds: Holds): string | number | string[] | undefined {
  const text = field.trim();
  if (text === "") return undefined;
  if (holds === "number") return /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (holds !== "lines") return text;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean);
}

/** The row that a form makes, and what is wrong with it by column. Members that no column asks for stay. */
export function readRow(table: TableName, before: Row, fields: Record<string, string>) {
  const problems: Record<string, "required" | "notNumber"> = {};
  const row: Row = { ...before };
  for (const { key, holds, required } of columns[table]) {
    const value = memberOf(fields[key] ?? "", holds);
    if (value === undefined && required) problems[key] = "required";
    if (Number.isNaN(value)) problems[key] = "notNumber";
    if (value === undefined) delete row[key];
    else row[key] = value;
  }
  return { row, problems };
}

/** A cell in words. */
export function cellWords(book: Book, row: Row, column: Column, lang: "vi" | "en"): string {
  const text = fieldOf(row, column);
  const bilingual = (of: { vi: string; en?: string } | undefined) => (lang === "en" && of?.en) || of?.vi || "";
  switch (column.holds) {
    case "unit":
    case "parent":
      return book.units.find((u) => u.id === text)?.name ?? "";
    case "room":
      return book.rooms.find((r) => r.id === text)?.name ?? "";
    case "kind":
      return bilingual(book.kinds.find((k) => k.id === text));
    case "tier":
      return bilingual(book.tiers.find((k) => k.id === text));
    case "lines":
      return text.split("\n").join(", ");
    default:
      return text;
  }
}
