import { useSignal } from "@preact/signals";
import { incidentOf, isChairless } from "../../meeting/leading";
import { later, nextUp } from "../../meeting/nextup";
import type { Mode, View } from "../../meeting/view";
import { Timer } from "../led/timer";
import { Confirm } from "./confirm";
import type { Desk } from "./desk";
import { chairText } from "./text";

const more = [1, 2, 5]; // minutes
const modes: readonly Mode[] = ["free", "moderated", "roll"];

const nameOf = ({ seats }: View, id: string | undefined) => seats.get(id ?? "")?.name;

/** Who has the floor, who is next, and what the room is allowed. */
export function Lead({ desk }: { desk: Desk }) {
  const t = chairText.value;
  return (
    <section class="lead-desk" aria-label={t.console}>
      <TakeOver desk={desk} />
      <Incident desk={desk} />
      <Holder desk={desk} />
      <Calls desk={desk} />
      <Deck desk={desk} />
      <Modes desk={desk} />
      <House desk={desk} />
    </section>
  );
}

/** The chair is gone, and who stands by may lead. */
function TakeOver({ desk }: { desk: Desk }) {
  const own = desk.call.own.value;
  if (own?.role !== "deputy" || !isChairless(desk.call.view.value)) return null;
  return (
    <button class="button main" type="button" onClick={() => desk.act("chair", { seat: own.id })}>
      {chairText.value.takeOver}
    </button>
  );
}

/** What happened to whoever has the floor, and what can be done. */
function Incident({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  const incident = incidentOf(view);
  const key = `${incident} ${view.floor.holder} ${view.floor.since}`;
  const waits = useSignal("");
  const name = nameOf(view, view.floor.holder) ?? "";
  return (
    <div class="incident" role="alert">
      {incident && waits.value !== key && (
        <>
          <p>{t[incident](name)}</p>
          <button class="button" type="button" onClick={() => desk.act("next")}>
            {t.next} <kbd>N</kbd>
          </button>
          <button
            class="button"
            type="button"
            onClick={() => {
              waits.value = key;
            }}
          >
            {t.wait}
          </button>
        </>
      )}
    </div>
  );
}

function Holder({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const { call } = desk;
  const view = call.view.value;
  const { floor } = view;
  const name = nameOf(view, floor.holder);
  const speaks = call.speaking.value.now && call.speaking.value.main;
  const item = view.plan?.agenda.find(({ id }) => id === floor.item);
  return (
    <div class={`holder ${name && speaks === floor.holder ? "speaking" : ""}`}>
      {name ? (
        <>
          <h2>{name}</h2>
          {item && <p class="small">{item.title}</p>}
          <Timer call={call} />
        </>
      ) : (
        <>
          <h2>{floor.mode === "free" ? t.freeNow : t.nobody}</h2>
          {speaks && (
            <p class="speaks">
              {t.speaking}: {nameOf(view, speaks)}
            </p>
          )}
        </>
      )}
    </div>
  );
}

function Calls({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  const { floor } = view;
  if (floor.mode === "free") return null;
  const up = nextUp(view);
  const again = later(view);
  return (
    <div class="calls">
      <button
        class="button main huge"
        type="button"
        disabled={!up || !desk.may("next")}
        onClick={() => desk.act("next")}
      >
        <span>
          {t.next}: <strong>{up ? nameOf(view, up.seat) : t.nobodyNext}</strong>
        </span>
        <kbd>N</kbd>
      </button>
      <div class="pair">
        <button
          class="button"
          type="button"
          disabled={!floor.holder || !desk.may("take")}
          onClick={() => desk.act("take")}
        >
          {t.take} <kbd>T</kbd>
        </button>
        <button
          class="button"
          type="button"
          disabled={!again || !desk.may("return")}
          onClick={() => desk.act("return")}
        >
          <span>
            {t.again}
            {again && `: ${nameOf(view, again.seat)}`}
          </span>
          <kbd>R</kbd>
        </button>
      </div>
      <fieldset class="pair" aria-label={t.extend}>
        {more.map((minutes) => (
          <button
            key={minutes}
            class="button"
            type="button"
            disabled={!floor.holder || !desk.may("extend")}
            onClick={() => desk.act("extend", { minutes })}
          >
            {t.minutes(minutes)}
          </button>
        ))}
      </fieldset>
    </div>
  );
}

/** How the line of whoever is next is, a minute before the turn. */
function Deck({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const deck = desk.call.deck.value;
  const name = deck && nameOf(desk.call.view.value, deck.seat);
  return (
    <p class="deck" role="status">
      {name && (
        <>
          {t.deck}: <strong>{name}</strong>: {deck.busy ? t.deckBusy : deck.video ? t.deckVideo : t.deckVoice}
        </>
      )}
    </p>
  );
}

function Modes({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const now = desk.call.view.value.floor.mode;
  return (
    <fieldset class="modes">
      <legend>{t.mode}</legend>
      {modes.map((mode, i) => (
        <button
          key={mode}
          class="chip"
          type="button"
          aria-pressed={mode === now}
          disabled={!desk.may("mode")}
          onClick={() => desk.act("mode", { mode })}
        >
          {t.modes[mode]} <kbd>{i + 1}</kbd>
        </button>
      ))}
    </fieldset>
  );
}

/** What is done to the room as a whole. */
function House({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const asks = useSignal(false);
  const view = desk.call.view.value;
  const { locked, opened, closed } = view;
  const running = opened > 0 && closed === 0;
  return (
    <div class="house">
      {!running && (
        <button class="button main" type="button" disabled={!desk.may("open")} onClick={() => desk.act("open")}>
          {closed ? t.reopen : t.open}
        </button>
      )}
      <button class="button" type="button" disabled={!desk.may("silence")} onClick={() => desk.act("silence")}>
        {t.muteAll} <kbd>K</kbd>
      </button>
      <button
        class="button"
        type="button"
        aria-pressed={locked}
        disabled={!desk.may("lock")}
        onClick={() => desk.act("lock", { locked: !locked })}
      >
        {locked ? t.unlock : t.lock} <kbd>L</kbd>
      </button>
      {running && (
        <button
          class="button"
          type="button"
          disabled={!desk.may("close")}
          onClick={() => {
            asks.value = true;
          }}
        >
          {t.close}
        </button>
      )}
      {asks.value && (
        <Confirm
          title={t.closeTitle}
          text={t.closeText}
          yes={t.close}
          onYes={() => desk.act("close")}
          onClose={() => {
            asks.value = false;
          }}
        />
      )}
    </div>
  );
}
