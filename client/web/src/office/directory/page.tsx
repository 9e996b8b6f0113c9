// The directory: its tables, one at a time.

import { useSignal } from "@preact/signals";
import { lang } from "../../ui/text";
import { ask, me } from "../api";
import { useAsked } from "../asked";
import { type Book, type Branch, byName, type Edition, matches, quotaOf, type TableName, tree, whole } from "../book";
import { common } from "../common";
import { Line } from "../fields";
import { Await, Confirm, Head, Scroll } from "../frame";
import { follow, go, place } from "../place";
import { type Column, cellWords, columns, nameOf, type Row, rowsOf, technical } from "./columns";
import { Enrolment } from "./enrolment";
import { RowForm } from "./form";
import { Import } from "./import";
import { words } from "./words";

const tables: TableName[] = ["sites", "units", "rooms", "kinds", "tiers", "templates"];

/** The directory's page, at the table that the address names. */
export function DirectoryPage({ table: named }: { table: string }) {
  const table = tables.find((t) => t === named) ?? "sites";
  const asked = useAsked(async () => {
    const { revision, book } = await ask<Edition>("GET", "/api/directory");
    return { revision, book: whole(book) };
  });
  const { query } = place.value;
  const t = words.value;
  const importing = query.has("import");
  const enrolled = query.get("enrol");
  return (
    <>
      <nav class="tabs" aria-label={t.tables}>
        {tables.map((name) => (
          <a
            key={name}
            href={`/office/directory/${name}`}
            onClick={follow}
            aria-current={name === table ? "page" : undefined}
          >
            {t[name]}
          </a>
        ))}
      </nav>
      <Await asked={asked}>
        {(edition) => {
          const site = edition.book.sites.find((s) => s.id === enrolled);
          if (site) return <Enrolment site={site} />;
          if (importing) return <Import table={table} onDone={asked.again} />;
          return <TablePage key={table} table={table} edition={edition} onChange={asked.again} />;
        }}
      </Await>
    </>
  );
}

interface TableProps {
  table: TableName;
  edition: Edition;
  onChange: () => Promise<void>;
}

function TablePage({ table, edition, onChange }: TableProps) {
  const t = words.value;
  const c = common.value;
  const wanted = useSignal("");
  const edited = useSignal<Row | undefined>(undefined);
  const removed = useSignal<Row | undefined>(undefined);
  const said = useSignal("");
  const role = me.value?.account?.role;
  const mayAll = role === "admin" || (table === "templates" && role !== "technician");
  const mayEdit = mayAll || (role === "technician" && table === "sites");
  const { book, revision } = edition;
  const apply = async (edits: unknown[], words: string) => {
    try {
      await ask("POST", "/api/directory", { revision, edits });
      said.value = words;
    } finally {
      await onChange(); // also if somebody else was faster: the next try is of what is there now
    }
  };
  return (
    <>
      <Head title={t[table]} lead={t[`${table}Lead`]}>
        {mayAll && t.addTo[table] && (
          <button class="button main" type="button" onClick={() => (edited.value = { id: "" })}>
            {t.addTo[table]}
          </button>
        )}
        {mayAll && table !== "templates" && (
          <a class="button" href={`/office/directory/${table}?import=1`} onClick={follow}>
            {t.import}
          </a>
        )}
        {table !== "templates" && (
          <a class="button" href={`/api/directory/${table}.csv`} download={`${table}.csv`}>
            {t.export}
          </a>
        )}
      </Head>
      <p class="good" role="status">
        {said.value}
      </p>
      {rowsOf(book, table).length > 8 && (
        <Line label={c.search} type="search" value={wanted.value} onValue={(v) => (wanted.value = v)} />
      )}
      <Rows
        table={table}
        book={book}
        wanted={wanted.value}
        mayEdit={mayEdit}
        mayRemove={mayAll}
        onEdit={(row) => (edited.value = row)}
        onRemove={(row) => (removed.value = row)}
      />
      {edited.value && (
        <RowForm
          table={table}
          book={book}
          row={edited.value}
          only={mayAll ? undefined : technical}
          onSave={(row) => apply([{ table, row }], t.kept(nameOf(row)))}
          onClose={() => (edited.value = undefined)}
        />
      )}
      {removed.value && (
        <Confirm
          title={t.removeTitle(nameOf(removed.value))}
          does={c.remove}
          onDo={() =>
            removed.value
              ? apply([{ table, remove: removed.value.id }], t.removed(nameOf(removed.value)))
              : Promise.resolve()
          }
          onClose={() => (removed.value = undefined)}
        >
          <p>{t.removeText}</p>
        </Confirm>
      )}
    </>
  );
}

interface RowsProps {
  table: TableName;
  book: Book;
  wanted: string;
  mayEdit: boolean;
  mayRemove: boolean;
  onEdit: (row: Row) => void;
  onRemove: (row: Row) => void;
}

/** A row with its depth in the tree. */
type Placed = { row: Row; depth: number };

function Rows({ table, book, wanted, mayEdit, mayRemove, onEdit, onRemove }: RowsProps) {
  const t = words.value;
  const c = common.value;
  const listed = columns[table].filter((column) => column.listed);
  const placed = inOrder(book, table).filter(({ row }) => found(book, row, listed, wanted));
  const role = me.value?.account?.role;
  const mayEnrol = table === "sites" && (role === "admin" || role === "technician");
  if (placed.length === 0) return <p class="calm">{wanted ? c.nothingFound : c.none}</p>;
  return (
    <Scroll name={t[table]}>
      <table class="list">
        <thead>
          <tr>
            {listed.map(({ key, label }) => (
              <th key={key} scope="col">
                {t[label] as string}
              </th>
            ))}
            {table === "units" && <th scope="col">{t.siteCount}</th>}
            {(mayEdit || mayEnrol) && <th scope="col">{t.actions}</th>}
          </tr>
        </thead>
        <tbody>
          {placed.map(({ row, depth }) => (
            <tr key={row.id}>
              {listed.map((column, i) =>
                i === 0 ? (
                  <th key={column.key} scope="row" class={`depth-${Math.min(depth, 4)}`}>
                    {cellWords(book, row, column, lang.value)}
                  </th>
                ) : (
                  <td key={column.key} class={column.holds === "phone" ? "number" : ""}>
                    {cellWords(book, row, column, lang.value) || emptyWords(column)}
                  </td>
                ),
              )}
              {table === "units" && <Quota book={book} row={row} />}
              {(mayEdit || mayEnrol) && (
                <td>
                  <div class="row">
                    {mayEnrol && (
                      <button
                        class="button small"
                        type="button"
                        aria-label={t.enrolOf(nameOf(row))}
                        onClick={() => go(`/office/directory/sites?enrol=${row.id}`)}
                      >
                        {t.enrol}
                      </button>
                    )}
                    {mayEdit && (
                      <button
                        class="button small"
                        type="button"
                        aria-label={t.editOf(nameOf(row))}
                        onClick={() => onEdit(row)}
                      >
                        {c.edit}
                      </button>
                    )}
                    {mayRemove && (
                      <button
                        class="button small"
                        type="button"
                        aria-label={t.removeOf(nameOf(row))}
                        onClick={() => onRemove(row)}
                      >
                        {c.remove}
                      </button>
                    )}
                  </div>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function emptyWords(column: Column): string {
  return column.key === "quota" ? words.value.unlimited : "";
}

function Quota({ book, row }: { book: Book; row: Row }) {
  const unit = book.units.find((u) => u.id === row.id);
  if (!unit) return <td />;
  const { has, may } = quotaOf(book, unit);
  return <td>{words.value.quotaOf(has, may)}</td>;
}

function inOrder(book: Book, table: TableName): Placed[] {
  if (table === "units") return tree(book).flatMap((branch) => flat(branch, 0));
  const rows = [...rowsOf(book, table)];
  if (table === "tiers") rows.sort((a, b) => Number(a.level) - Number(b.level));
  else rows.sort((a, b) => byName({ name: nameOf(a) }, { name: nameOf(b) }));
  return rows.map((row) => ({ row, depth: 0 }));
}

function flat(branch: Branch, depth: number): Placed[] {
  const row = branch.unit as unknown as Row;
  return [{ row, depth }, ...branch.under.flatMap((b) => flat(b, depth + 1))];
}

function found(book: Book, row: Row, listed: Column[], wanted: string): boolean {
  return matches(listed.map((column) => cellWords(book, row, column, lang.value)).join(" "), wanted);
}
