// One row of the directory, typed in.

import { useSignal } from "@preact/signals";
import { Dialog } from "../../ui/dialog";
import { lang } from "../../ui/text";
import { problemsOf, sentenceOf, useDoing } from "../asked";
import { type Book, byName, type TableName } from "../book";
import { common } from "../common";
import { Alarm, Area, Choose, FormEnd, Line, type Option, useFirstField } from "../fields";
import { type Column, columns, fieldOf, type Holds, nameOf, type Row, readRow } from "./columns";
import { words } from "./words";

interface RowFormProps {
  table: TableName;
  book: Book;
  row: Row; // with the id "" it is a new one
  only?: readonly string[]; // the members that may be changed; none: all
  onSave: (row: Row) => Promise<void>;
  onClose: () => void;
}

/** A form for a row; what the server finds wrong stands at the field it is about. */
export function RowForm({ table, book, row, only, onSave, onClose }: RowFormProps) {
  const t = words.value;
  const c = common.value;
  const fields = useSignal<Record<string, string>>(
    Object.fromEntries(columns[table].map((column) => [column.key, fieldOf(row, column)])),
  );
  const tried = useSignal(false);
  const doing = useDoing();
  const read = readRow(table, row, fields.value);
  const told = problemsOf(doing.error.value);
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (Object.keys(read.problems).length > 0) return;
    if (await doing.run(() => onSave(read.row))) onClose();
  };
  const errorAt = (key: string) => {
    const own = read.problems[key];
    if (tried.value && own && firstOf(table, read.problems) === key) return c[own];
    return told.find((p) => p.column === key)?.[lang.value];
  };
  const elsewhere = told.filter((p) => !columns[table].some((column) => column.key === p.column));
  return (
    <Dialog title={row.id ? t.editOf(nameOf(row)) : t.addTo[table]} class="wide" onClose={onClose}>
      <form ref={useFirstField()} class="stack" noValidate onSubmit={submit}>
        {columns[table]
          .filter(({ key }) => !only || only.includes(key))
          .map((column) => (
            <Cell
              key={column.key}
              column={column}
              book={book}
              row={row}
              value={fields.value[column.key]}
              error={errorAt(column.key)}
              onValue={(value) => {
                fields.value = { ...fields.value, [column.key]: value };
              }}
            />
          ))}
        {doing.error.value !== undefined && told.length === 0 && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        {elsewhere.map((p) => (
          <Alarm key={p.vi}>{p[lang.value]}</Alarm>
        ))}
        <FormEnd busy={doing.busy.value} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** One error at a time takes the focus. */
function firstOf(table: TableName, problems: Record<string, unknown>): string | undefined {
  return columns[table].find(({ key }) => problems[key])?.key;
}

interface CellProps {
  column: Column;
  book: Book;
  row: Row;
  value: string;
  error?: string;
  onValue: (value: string) => void;
}

function Cell({ column, book, row, value, error, onValue }: CellProps) {
  const t = words.value;
  const label = t[column.label] as string;
  const hint = column.hint && (t[column.hint] as string);
  const field = { label, hint, error, value, onValue };
  switch (column.holds) {
    case "area":
    case "lines":
      return <Area {...field} rows={3} maxLength={1000} />;
    case "number":
      return <Line {...field} type="number" min={0} />;
    case "phone":
      return <Line {...field} type="tel" maxLength={32} />;
    case "text":
      return <Line {...field} maxLength={200} />;
    default:
      return <Choose {...field} none={noneOf(column)} options={optionsOf(book, column.holds, row.id)} />;
  }
}

function noneOf({ holds }: Column): string {
  if (holds === "parent") return words.value.noParent;
  return holds === "room" ? words.value.noRoom : common.value.choose;
}

function optionsOf(book: Book, holds: Holds, self: string): Option[] {
  const named = (rows: { id: string; name: string }[]) =>
    [...rows].sort(byName).map(({ id, name }) => ({ value: id, label: name }));
  const bilingual = (rows: { id: string; vi: string; en?: string }[]) =>
    rows.map(({ id, vi, en }) => ({ value: id, label: (lang.value === "en" && en) || vi }));
  switch (holds) {
    case "room":
      return named(book.rooms);
    case "kind":
      return bilingual(book.kinds);
    case "tier":
      return bilingual([...book.tiers].sort((a, b) => a.level - b.level));
    default:
      return named(book.units.filter((u) => u.id !== self || holds !== "parent"));
  }
}
