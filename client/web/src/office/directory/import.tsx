// A table from a file: looked at first, taken in as a whole or not at all.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { lang } from "../../ui/text";
import { ask, type Problem } from "../api";
import { problemsOf, sentenceOf, useDoing } from "../asked";
import type { TableName } from "../book";
import { common } from "../common";
import { Alarm } from "../fields";
import { Head, Scroll } from "../frame";
import { go } from "../place";
import { words } from "./words";

/** What the server says of a file. */
interface Looked {
  revision: number;
  rows: number;
  problems?: Problem[] | null;
}

/** Choosing a file, seeing what is in it, taking it in. */
export function Import({ table, onDone }: { table: TableName; onDone: () => Promise<void> }) {
  const t = words.value;
  const file = useSignal<File | undefined>(undefined);
  const looked = useSignal<Looked | undefined>(undefined);
  const done = useSignal(0);
  const doing = useDoing();
  const id = useId();
  const send = (dry: boolean) =>
    ask<Looked>("POST", `/api/directory/${table}.csv${dry ? "?dry=1" : ""}`, file.value, {
      "Content-Type": "text/csv",
    });
  const look = (chosen: File | undefined) => {
    file.value = chosen;
    looked.value = undefined;
    done.value = 0;
    if (chosen)
      void doing.run(async () => {
        looked.value = await send(true);
      });
  };
  const takeIn = () =>
    doing.run(async () => {
      const answer = await send(false);
      const problems = answer.problems ?? [];
      if (problems.length > 0) {
        looked.value = answer;
        return;
      }
      done.value = answer.rows;
      looked.value = undefined;
      await onDone();
    });
  const problems = looked.value?.problems ?? problemsOf(doing.error.value);
  const error = doing.error.value;
  return (
    <>
      <Head title={t.importTitle(t[table])} lead={t.importLead} />
      <div class="card narrow">
        <div class="field">
          <label for={id}>{t.importFile}</label>
          <input
            id={id}
            type="file"
            accept=".csv,text/csv"
            onClick={(event) => {
              event.currentTarget.value = ""; // the same file again, mended
            }}
            onChange={(event) => look(event.currentTarget.files?.[0])}
          />
        </div>
        <div role="status" class="stack">
          {doing.busy.value && <p>{t.importChecking}</p>}
          {done.value > 0 && <p class="good">{t.imported(done.value)}</p>}
          {looked.value && problems.length === 0 && <p class="good">{t.importGood(looked.value.rows)}</p>}
        </div>
        {error !== undefined && problems.length === 0 && <Alarm>{sentenceOf(error)}</Alarm>}
        {problems.length > 0 && <Alarm>{t.importBad(problems.length)}</Alarm>}
        <div class="row-end">
          {looked.value && problems.length === 0 && (
            <button class="button main" type="button" aria-disabled={doing.busy.value} onClick={() => void takeIn()}>
              {t.importDo(looked.value.rows)}
            </button>
          )}
          <button class="button" type="button" onClick={() => go(`/office/directory/${table}`)}>
            {common.value.back}
          </button>
        </div>
      </div>
      {problems.length > 0 && <Problems problems={problems} />}
    </>
  );
}

/** What is wrong, by row and column as a spreadsheet names them. */
export function Problems({ problems }: { problems: Problem[] }) {
  const c = common.value;
  return (
    <Scroll name={c.problemsTitle}>
      <table class="list">
        <caption>{c.problemsTitle}</caption>
        <thead>
          <tr>
            <th scope="col">{c.problemRow}</th>
            <th scope="col">{c.problemColumn}</th>
            <th scope="col">{c.problemWhat}</th>
          </tr>
        </thead>
        <tbody>
          {problems.map((p, i) => (
            <tr key={i}>
              <td class="number">{p.row || words.value.wholeFile}</td>
              <td>{p.column ?? ""}</td>
              <td>{p[lang.value]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
