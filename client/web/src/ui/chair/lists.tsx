import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Seat } from "../../meeting/view";
import { Tabs } from "../led/side";
import { Agenda } from "./agenda";
import type { Desk, List } from "./desk";
import { People } from "./people";
import { chairText } from "./text";

/** From whom the next speaker is chosen. */
export function Lists({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const { queue } = desk.call.view.value.floor;
  const waiting = [...desk.call.seats.value.values()].filter(({ role }) => role === "waiting").length;
  return (
    <section class="desk-list" aria-label={t.lists}>
      <Tabs
        label={t.lists}
        open={desk.list.value}
        onOpen={(id) => {
          desk.list.value = id as List;
        }}
        tabs={[
          { id: "queue", name: t.queue, fresh: queue.length, body: () => <Queue desk={desk} /> },
          { id: "agenda", name: t.agenda, body: () => <Agenda desk={desk} /> },
          { id: "seats", name: t.seats, fresh: waiting, body: () => <People desk={desk} /> },
        ]}
      />
    </section>
  );
}

/** Raised hands in their order, and who was cut off. */
function Queue({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const { call } = desk;
  const { floor, seats } = call.view.value;
  if (floor.queue.length + floor.later.length === 0) return <p class="nothing">{t.queueEmpty}</p>;
  return (
    <ol class="desk-rows">
      {floor.queue.map(({ seat, reason, since }, i) => (
        <Row key={seat} desk={desk} seat={seats.get(seat)}>
          <span class="place">{i + 1}</span>
          <span class="desk-what">
            <strong>{seats.get(seat)?.name}</strong>
            <span class="small">
              {[reason, t.waited(Math.floor((call.now() - since) / 60_000))].filter(Boolean).join(" · ")}
            </span>
          </span>
        </Row>
      ))}
      {floor.later.map((seat) => (
        <Row key={seat} desk={desk} seat={seats.get(seat)}>
          <span class="place">↻</span>
          <span class="desk-what">
            <strong>{seats.get(seat)?.name}</strong>
            <span class="small">
              {t.cutOff}
              {!seats.get(seat)?.here && ` · ${t.away}`}
            </span>
          </span>
        </Row>
      ))}
    </ol>
  );
}

interface RowProps {
  desk: Desk;
  seat: Seat | undefined;
  class?: string;
  aside?: ComponentChildren; // buttons of its own
  more?: ComponentChildren; // what else can be done to the seat
  children: ComponentChildren;
}

/** A row that can be selected; what can be done to it stands in it then. */
export function Row({ desk, seat, class: className = "", aside, more, children }: RowProps) {
  const chosen = seat !== undefined && desk.selected.value === seat.id;
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li ref={ref} class={`${className} ${chosen ? "chosen" : ""}`}>
      <button
        class="desk-row"
        type="button"
        aria-expanded={seat ? chosen : undefined}
        onClick={() => {
          desk.selected.value = chosen ? undefined : seat?.id;
        }}
      >
        {children}
      </button>
      {aside}
      {chosen && (
        <div class="doings">
          <Doings desk={desk} seat={seat} />
          {more}
        </div>
      )}
    </li>
  );
}

/** What can be done to a seat. */
function Doings({ desk, seat }: { desk: Desk; seat: Seat }) {
  const t = chairText.value;
  const { floor } = desk.call.view.value;
  const up = floor.queue.some((hand) => hand.seat === seat.id);
  return (
    <>
      <button
        class="button main"
        type="button"
        disabled={!seat.here || floor.mode === "free" || !desk.may("call")}
        onClick={() => desk.act("call", { seat: seat.id })}
      >
        {t.call} <kbd>C</kbd>
      </button>
      {up && (
        <button class="button" type="button" onClick={() => void desk.call.do("lower", { seat: seat.id })}>
          {t.lower}
        </button>
      )}
      {seat.here && !seat.muted && (
        <button
          class="button"
          type="button"
          disabled={!desk.may("silence")}
          onClick={() => desk.act("silence", { seat: seat.id })}
        >
          {t.mute}
        </button>
      )}
    </>
  );
}
