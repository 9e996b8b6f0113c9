// The conclusions of one meeting: what the units say of them, and another one.

import { useSignal } from "@preact/signals";
import { act } from "../api";
import { sentenceOf, useDoing } from "../asked";
import { Alarm, Area, bind, Line, Tick } from "../fields";
import type { ConclusionView, Known } from "../meetings/api";
import type { Invited } from "../plan";
import { dueDay } from "../when";
import { byUrgency, standing, unitsOf } from "./follow";
import { words } from "./words";

const leads = ["chair", "deputy", "secretary"];

/** The page. */
export function Conclusions({ known, onChange }: { known: Known; onChange: () => Promise<void> }) {
  const t = words.value;
  const conclusions = [...(known.conclusions ?? [])].sort(byUrgency(Date.now()));
  const final = Boolean(known.minutes?.final);
  return (
    <>
      <section class="card" aria-labelledby="conclusions-title">
        <h2 id="conclusions-title">{t.conclusions}</h2>
        {conclusions.length === 0 && <p class="calm">{t.noConclusions}</p>}
        <ConclusionList conclusions={conclusions} invited={known.plan.invited ?? []} />
      </section>
      {!final && leads.includes(known.role ?? "") && <Add known={known} onChange={onChange} />}
    </>
  );
}

/** Conclusions, each with its units. */
export function ConclusionList({ conclusions, invited }: { conclusions: ConclusionView[]; invited: Invited[] }) {
  const t = words.value;
  const now = Date.now();
  return (
    <ul class="conclusions">
      {conclusions.map((c) => {
        const state = standing(c, now);
        const units = unitsOf(c);
        return (
          <li key={c.id} class={state}>
            <p class="conclusion">{c.text}</p>
            <p class="marks">
              <span class={`mark ${state === "overdue" ? "bad" : state === "done" ? "good" : ""}`}>{t[state]}</span>
              <span>{c.due ? t.due(dueDay(c.due)) : t.noDue}</span>
            </p>
            {units.length === 0 ? (
              <p class="hint">{t.nobody}</p>
            ) : (
              <ul class="units">
                {units.map((u) => (
                  <li key={u.n}>
                    <strong>{invited.find((i) => i.n === u.n)?.name ?? u.n}</strong>:{" "}
                    {u.done ? t.done.toLowerCase() : u.seen ? t.unitSeen : t.unitUnseen}
                    {u.text && `, ${t.unitProgress(u.text)}`}
                  </li>
                ))}
              </ul>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Add({ known, onChange }: { known: Known; onChange: () => Promise<void> }) {
  const t = words.value;
  const text = useSignal("");
  const due = useSignal("");
  const units = useSignal<number[]>([]);
  const tried = useSignal(false);
  const doing = useDoing();
  const invited = known.plan.invited ?? [];
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (!text.value.trim()) return;
    const done = await doing.run(async () => {
      await act(known.code, { act: "conclude", text: text.value.trim(), units: units.value, due: due.value });
      await onChange();
    });
    if (!done) return;
    text.value = due.value = "";
    units.value = [];
    tried.value = false;
  };
  return (
    <form class="card" aria-labelledby="add-title" noValidate onSubmit={submit}>
      <h2 id="add-title">{t.addTitle}</h2>
      <Area
        label={t.addText}
        rows={3}
        maxLength={2000}
        {...bind(text)}
        error={tried.value && !text.value.trim() ? t.addEmpty : undefined}
      />
      {invited.length > 0 && (
        <fieldset class="radios several">
          <legend>{t.addUnits}</legend>
          {invited.map((i) => (
            <Tick
              key={i.n}
              label={i.name}
              checked={units.value.includes(i.n)}
              onChange={(on) => {
                units.value = on ? [...units.value, i.n] : units.value.filter((n) => n !== i.n);
              }}
            />
          ))}
        </fieldset>
      )}
      <Line label={t.addDue} type="date" {...bind(due)} />
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <div class="row-end">
        <button class="button main" type="submit" aria-disabled={doing.busy.value}>
          {t.add}
        </button>
      </div>
    </form>
  );
}
