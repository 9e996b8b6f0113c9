import { useSignal } from "@preact/signals";
import { dateWords, unitsOf } from "../led/work";
import type { Desk } from "./desk";
import { chairText } from "./text";

/** Decisions: for whom, until when, and who has received them. */
export function Conclude({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  return (
    <div class="panel-scroll">
      {desk.may("conclude") && <NewConclusion desk={desk} />}
      {[...view.conclusions].reverse().map((c) => (
        <section key={c.id} class="entry" aria-label={c.text}>
          <p>{c.text}</p>
          <p class="small">
            {[
              unitsOf(view, c),
              c.due && dateWords(c.due),
              c.units.length > 0 && t.received(c.acknowledged.length, c.units.length),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </section>
      ))}
    </div>
  );
}

function NewConclusion({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const words = useSignal("");
  const due = useSignal("");
  const units = useSignal<readonly number[]>([]);
  const invited = desk.call.view.value.plan?.invited ?? [];
  const all = units.value.length === invited.length && invited.length > 0;
  const send = async (event: Event) => {
    event.preventDefault();
    const said = words.value.trim();
    if (said === "") return;
    if (!(await desk.call.do("conclude", { text: said, units: units.value, due: due.value }))) return;
    words.value = due.value = "";
    units.value = [];
  };
  return (
    <form class="entry-form" onSubmit={send}>
      <label class="field">
        <span>{t.conclusion}</span>
        <textarea
          rows={2}
          maxLength={2000}
          value={words.value}
          onInput={(event) => {
            words.value = event.currentTarget.value;
          }}
        />
      </label>
      {invited.length > 0 && (
        <fieldset class="units">
          <legend>{t.units}</legend>
          <Tick
            name={t.allUnits}
            on={all}
            onTick={(on) => {
              units.value = on ? invited.map(({ n }) => n) : [];
            }}
          />
          {invited.map(({ n, name }) => (
            <Tick
              key={n}
              name={name}
              on={units.value.includes(n)}
              onTick={(on) => {
                units.value = on ? [...units.value, n] : units.value.filter((unit) => unit !== n);
              }}
            />
          ))}
        </fieldset>
      )}
      <div class="pair">
        <label class="field due">
          <span>{t.due}</span>
          <input
            type="date"
            value={due.value}
            onInput={(event) => {
              due.value = event.currentTarget.value;
            }}
          />
        </label>
        <button class="button main" type="submit">
          {t.conclude}
        </button>
      </div>
    </form>
  );
}

function Tick({ name, on, onTick }: { name: string; on: boolean; onTick: (on: boolean) => void }) {
  return (
    <label class="tick">
      <input type="checkbox" checked={on} onChange={(event) => onTick(event.currentTarget.checked)} />
      {name}
    </label>
  );
}
