import { useId } from "preact/hooks";
import type { Call } from "../../meeting/call";
import type { Conclusion, View } from "../../meeting/view";
import { lang } from "../text";
import { ledText } from "./text";

/** A date as it is written here. */
export function dateWords(due: string): string {
  const date = new Date(`${due}T00:00`);
  return Number.isNaN(date.getTime()) ? due : date.toLocaleDateString(lang.value === "vi" ? "vi" : "en-GB");
}

/** For whom a conclusion is. */
export function unitsOf({ plan }: View, { units }: Conclusion): string {
  const names = units.map((n) => plan?.invited.find((site) => site.n === n)?.name ?? "");
  return names.filter(Boolean).join(", ") || ledText.value.forAll;
}

/** A conclusion that one's own unit has not acknowledged yet. */
export function TaskCard({ call, task }: { call: Call; task: Conclusion }) {
  const t = ledText.value;
  const id = useId();
  return (
    <section class="ask" aria-labelledby={id}>
      <p class="ask-label" role="status">
        {t.forYou}
      </p>
      <h2 id={id}>{task.text}</h2>
      {task.due && <p>{t.due(dateWords(task.due))}</p>}
      <button class="button main" type="button" onClick={() => void call.do("acknowledge", { conclusion: task.id })}>
        {t.acknowledge}
      </button>
    </section>
  );
}

/** All conclusions of the meeting, those of one's own unit first. */
export function Work({ call }: { call: Call }) {
  const t = ledText.value;
  const view = call.view.value;
  const own = call.own.value?.invited;
  const mine = (c: Conclusion) => own !== undefined && own > 0 && c.units.includes(own);
  const sorted = [...view.conclusions].sort((a, b) => Number(mine(b)) - Number(mine(a)));
  if (sorted.length === 0) return <p class="nothing">{t.workEmpty}</p>;
  return (
    <ol class="work">
      {sorted.map((c) => (
        <li key={c.id} class={mine(c) ? "mine" : ""}>
          <p>{c.text}</p>
          <p class="small">
            {mine(c) ? t.forYou : unitsOf(view, c)}
            {c.due && ` · ${t.due(dateWords(c.due))}`}
          </p>
          {mine(c) && own && c.acknowledged.includes(own) && <p class="small good">{t.acknowledged}</p>}
          {mine(c) && own && c.progress[own] && <p class="small">{t.progressed(c.progress[own].text)}</p>}
        </li>
      ))}
    </ol>
  );
}
