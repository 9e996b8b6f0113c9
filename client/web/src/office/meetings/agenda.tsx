// The agenda: items in their order, who presents each, and for how long.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { lang } from "../../ui/text";
import { agendaMinutes, beginnings, type Item, moved, withItem, withReports } from "../plan";
import { clock } from "../when";
import type { SectionProps } from "./prepare";
import { words } from "./words";

const reportMinutes = 5; // of a site that is added with all others

/** The section. Items are dragged, or moved by buttons; either way it is said where they are. */
export function Agenda({ plan, onPlan }: SectionProps) {
  const t = words.value;
  const agenda = plan.agenda ?? [];
  const said = useSignal("");
  const dragged = useSignal<number | undefined>(undefined);
  const list = useRef<HTMLOListElement>(null);
  const begins = beginnings(agenda);
  const change = (id: number, members: Partial<Item>) =>
    onPlan({ agenda: agenda.map((item) => (item.id === id ? { ...item, ...members } : item)) });
  const move = (from: number, to: number) => {
    if (to < 0 || to >= agenda.length || from === to) return;
    onPlan({ agenda: moved(agenda, from, to) });
    said.value = t.itemMoved(agenda[from].title, to + 1);
  };
  /** The button that was pressed is another item's now: the focus follows the item. */
  const moveByKey = (from: number, to: number, button: "up" | "down") => {
    move(from, to);
    requestAnimationFrame(() => list.current?.children[to]?.querySelector<HTMLElement>(`.${button}`)?.focus());
  };
  const add = (item: Omit<Item, "id">) => {
    onPlan({ agenda: withItem(plan, item).agenda });
    requestAnimationFrame(() => list.current?.lastElementChild?.querySelector("input")?.focus());
  };
  return (
    <section class="card" aria-labelledby="agenda-title">
      <h2 id="agenda-title">{t.agendaTitle}</h2>
      <p class="hint">{t.agendaLead}</p>
      <ol class="agenda" ref={list}>
        {agenda.map((item, i) => (
          <li
            key={item.id}
            draggable
            class={dragged.value === i ? "dragged" : ""}
            onDragStart={(event) => {
              // A text field is marked by dragging, too.
              if (event.target instanceof HTMLInputElement) return event.preventDefault();
              dragged.value = i;
              event.dataTransfer?.setData("text/plain", item.title);
            }}
            onDragOver={(event) => dragged.value !== undefined && event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged.value !== undefined) move(dragged.value, i);
            }}
            onDragEnd={() => (dragged.value = undefined)}
          >
            <span class="place" aria-hidden="true">
              {i + 1}
            </span>
            <input
              aria-label={t.itemTitle(i + 1)}
              maxLength={200}
              value={item.title}
              onInput={(event) => change(item.id, { title: event.currentTarget.value })}
            />
            <select
              aria-label={t.itemBy(i + 1)}
              value={String(item.by ?? 0)}
              onChange={(event) => change(item.id, { by: Number(event.currentTarget.value) || undefined })}
            >
              <option value="0">{t.byChair}</option>
              {plan.invited?.map((site) => (
                <option key={site.n} value={String(site.n)}>
                  {site.name}
                </option>
              ))}
            </select>
            <span class="minutes">
              <input
                class="short"
                type="number"
                min={0}
                max={600}
                aria-label={t.itemMinutes(i + 1)}
                value={item.minutes ?? ""}
                onInput={(event) =>
                  change(item.id, { minutes: Math.trunc(Number(event.currentTarget.value)) || undefined })
                }
              />
              <span class="hint">
                {plan.starts ? t.begins(clock(plan.starts + begins[i] * 60_000, lang.value)) : ""}
              </span>
            </span>
            <span class="row">
              <Move
                label={t.itemUp(i + 1)}
                sign="↑"
                class="up"
                off={i === 0}
                onMove={() => moveByKey(i, i - 1, "up")}
              />
              <Move
                label={t.itemDown(i + 1)}
                sign="↓"
                class="down"
                off={i === agenda.length - 1}
                onMove={() => moveByKey(i, i + 1, "down")}
              />
              <Move
                label={t.itemRemove(i + 1)}
                sign="✕"
                onMove={() => onPlan({ agenda: agenda.filter((a) => a.id !== item.id) })}
              />
            </span>
          </li>
        ))}
      </ol>
      <p class="unseen" role="status">
        {said.value}
      </p>
      <div class="row">
        <button class="button" type="button" onClick={() => add({ title: "", minutes: 10 })}>
          {t.itemAdd}
        </button>
        {(plan.invited?.length ?? 0) > 0 && (
          <button
            class="button"
            type="button"
            onClick={() => onPlan({ agenda: withReports(plan, t.report, reportMinutes).agenda })}
          >
            {t.reportsAdd}
          </button>
        )}
      </div>
      {agenda.length > 0 && (
        <p>
          <strong>{t.sum(agendaMinutes(agenda), plan.minutes ?? 0)}</strong>
        </p>
      )}
    </section>
  );
}

interface MoveProps {
  label: string;
  sign: string;
  class?: string;
  off?: boolean;
  onMove: () => void;
}

function Move({ label, sign, class: className = "", off = false, onMove }: MoveProps) {
  return (
    <button
      class={`button small ${className}`}
      type="button"
      aria-label={label}
      title={label}
      aria-disabled={off}
      onClick={() => !off && onMove()}
    >
      {sign}
    </button>
  );
}
