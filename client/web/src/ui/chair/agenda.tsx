import { voiceOf } from "../../meeting/nextup";
import type { Desk } from "./desk";
import { Row } from "./lists";
import { chairText } from "./text";

/** The items of the agenda: which is on, who reports to it and whether that is done. */
export function Agenda({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  const agenda = view.plan?.agenda ?? [];
  if (agenda.length === 0) return <p class="nothing">{t.agendaEmpty}</p>;
  return (
    <ol class="desk-rows">
      {agenda.map(({ id, title, by = 0, minutes = 0 }, i) => {
        const on = id === view.item;
        const site = view.plan?.invited.find(({ n }) => n === by)?.name;
        const words = [
          by ? site : t.chairsItem,
          minutes > 0 && t.minutesOf(minutes),
          on && t.isOn,
          view.floor.done.includes(id) && t.isDone,
        ];
        return (
          <Row
            key={id}
            desk={desk}
            seat={voiceOf(view, by)}
            class={on ? "on" : ""}
            aside={
              <button
                class="chip"
                type="button"
                aria-label={`${on ? t.setOff : t.setOn}: ${title}`}
                title={on ? t.setOff : t.setOn}
                disabled={!desk.may("item")}
                onClick={() => desk.act("item", { item: on ? 0 : id })}
              >
                {on ? "✓" : "▸"}
              </button>
            }
          >
            <span class="place">{i + 1}</span>
            <span class="desk-what">
              <strong>{title}</strong>
              <span class="small">{words.filter(Boolean).join(" · ")}</span>
            </span>
          </Row>
        );
      })}
    </ol>
  );
}
