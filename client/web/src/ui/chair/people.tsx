import { useSignal } from "@preact/signals";
import { markOf } from "../../meeting/seats";
import type { Role, Seat } from "../../meeting/view";
import { text } from "../text";
import { Confirm } from "./confirm";
import type { Desk } from "./desk";
import { Row } from "./lists";
import { chairText } from "./text";

/** Everybody: who waits to come in, and who is in the room. */
export function People({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const people = desk.people.value;
  return (
    <div class="people">
      <Lobby desk={desk} />
      <input
        type="search"
        aria-label={t.search}
        placeholder={t.search}
        value={desk.filter.value}
        onInput={(event) => {
          desk.filter.value = event.currentTarget.value;
        }}
      />
      {people.length === 0 && <p class="nothing">{t.found}</p>}
      <ol class="desk-rows">
        {people.map((seat) => (
          <Person key={seat.id} desk={desk} seat={seat} />
        ))}
      </ol>
    </div>
  );
}

function Lobby({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const waiting = [...desk.call.seats.value.values()].filter(({ role }) => role === "waiting");
  if (waiting.length === 0) return null;
  return (
    <section class="lobby-list" aria-label={t.lobby}>
      <h3>{t.lobby}</h3>
      <ul>
        {waiting.map(({ id, name }) => (
          <li key={id}>
            <strong>{name}</strong>
            <button class="chip" type="button" onClick={() => desk.act("admit", { seat: id })}>
              {t.admit}
            </button>
            <button class="chip" type="button" onClick={() => desk.act("deny", { seat: id })}>
              {t.deny}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Person({ desk, seat }: { desk: Desk; seat: Seat }) {
  const t = chairText.value;
  const own = seat.id === desk.call.you.value;
  const mark = markOf(seat, false);
  const role =
    seat.role === "chair" ? t.chair : seat.role && seat.role !== "site" && t.roles[seat.role as keyof typeof t.roles];
  const words = [own && text.value.you, role, mark && mark !== "speaking" && mark !== "beyond" && markWords(mark)];
  return (
    <Row desk={desk} seat={seat} class={seat.here ? "" : "gone"} more={!own && <Rare desk={desk} seat={seat} />}>
      <span class="desk-what">
        <strong>{seat.name}</strong>
        <span class="small">{words.filter(Boolean).join(" · ")}</span>
      </span>
    </Row>
  );
}

function markWords(mark: "away" | "listen" | "muted"): string {
  const t = text.value;
  return { away: t.markAway, listen: t.markListen, muted: t.markMuted }[mark];
}

/** What is seldom done to a seat. */
function Rare({ desk, seat }: { desk: Desk; seat: Seat }) {
  const t = chairText.value;
  const asks = useSignal<"remove" | "handOver" | undefined>(undefined);
  const close = () => {
    asks.value = undefined;
  };
  const roles = Object.keys(t.roles) as (keyof typeof t.roles)[];
  return (
    <>
      {desk.may("role") && (
        <select
          aria-label={`${t.role}: ${seat.name}`}
          value={seat.role}
          onChange={(event) => desk.act("role", { seat: seat.id, role: event.currentTarget.value as Role })}
        >
          {!roles.includes(seat.role as keyof typeof t.roles) && <option value={seat.role}>{t.role}</option>}
          {roles.map((role) => (
            <option key={role} value={role}>
              {t.roles[role]}
            </option>
          ))}
        </select>
      )}
      {desk.may("remove") && (
        <>
          <button
            class="button"
            type="button"
            onClick={() => {
              asks.value = "handOver";
            }}
          >
            {t.handOver}
          </button>
          <button
            class="button"
            type="button"
            onClick={() => {
              asks.value = "remove";
            }}
          >
            {t.remove}
          </button>
        </>
      )}
      {asks.value === "remove" && (
        <Confirm
          title={t.removeTitle(seat.name)}
          text={t.removeText}
          yes={t.remove}
          onYes={() => desk.act("remove", { seat: seat.id })}
          onClose={close}
        />
      )}
      {asks.value === "handOver" && (
        <Confirm
          title={t.handOverTitle(seat.name)}
          text={t.handOverText}
          yes={t.handOver}
          onYes={() => desk.act("chair", { seat: seat.id })}
          onClose={close}
        />
      )}
    </>
  );
}
