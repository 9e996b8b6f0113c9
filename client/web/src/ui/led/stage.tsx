import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { isWaiting } from "../../meeting/rights";
import type { Room } from "../../meeting/room";
import { Floor } from "../floor";
import { MicIcon } from "../icons";
import { lang, text } from "../text";
import { Cards } from "./cards";
import { inSentence } from "./names";
import { ledText } from "./text";
import { Timer, TimeSaid, useClock } from "./timer";

/** Who speaks: by the voice, or by the chair's word. The cards that ask for something lie below. */
export function Stage({ room, call }: { room: Room; call: Call }) {
  const own = call.own.value;
  const { holder } = call.view.value.floor;
  return (
    <div class="stage">
      {isWaiting(own) ? (
        <Waiting />
      ) : holder && holder === own?.id ? (
        <Yours room={room} call={call} />
      ) : (
        <Called call={call} />
      )}
      <Cards call={call} />
      <Said call={call} />
    </div>
  );
}

function Waiting() {
  const t = ledText.value;
  return (
    <section class="floor waiting-room">
      <div class="floor-words" role="status">
        <p class="floor-name long">{t.waitingTitle}</p>
        <p class="floor-also">{t.waitingText}</p>
      </div>
    </section>
  );
}

const fresh = 20; // s for which the call itself is shown, unless whoever was called speaks before

/** Whoever was called, in the largest letters, with the time: first the call, then the name alone. */
export function Called({ call }: { call: Call }) {
  const t = ledText.value;
  const { floor, seats } = call.view.value;
  const { main, now } = call.speaking.value;
  const spoken = useSignal("");
  useClock(call); // draws anew each second
  const name = floor.holder === undefined ? undefined : seats.get(floor.holder)?.name;
  if (name === undefined || floor.holder === undefined) return <Floor call={call} />;
  const turn = `${floor.holder} ${floor.since}`;
  if (now && main === floor.holder) spoken.value = turn;
  const speaks = spoken.value === turn || call.now() - floor.since > fresh * 1000;
  const shown = speaks
    ? { label: text.value.speakingNow, name }
    : { label: t.called, name: lang.value === "vi" ? t.invites(inSentence(name)) : name };
  return (
    <Floor call={call} called={{ seat: floor.holder, ...shown }}>
      <Timer call={call} />
    </Floor>
  );
}

/** One's own turn: nothing else is on the page that is as large. */
function Yours({ room, call }: { room: Room; call: Call }) {
  const t = ledText.value;
  const { floor, plan } = call.view.value;
  const { mic, listen } = call;
  const closed = mic.muted.value || mic.gate.value !== "open";
  const button = useRef<HTMLButtonElement>(null);
  const item = plan?.agenda.find(({ id }) => id === floor.item);
  useEffect(() => {
    void room.audio.testTone();
    button.current?.focus({ preventScroll: true });
  }, [room]);
  return (
    <section class={`floor yours ${closed && !listen ? "waits" : ""}`} aria-label={t.yourTurn}>
      <div class="floor-words">
        <p class="floor-label">{t.yourTurn}</p>
        <p class="floor-name">{t.invites(inSentence(call.own.value?.name ?? ""))}</p>
        {item && <p class="floor-also">{item.title}</p>}
        <Timer call={call} />
        {!listen && closed ? (
          <>
            <button ref={button} class="button speak" type="button" onClick={() => mic.press()}>
              <MicIcon />
              {t.pressToSpeak} <kbd>{text.value.keySpace}</kbd>
            </button>
            <button class="button finish" type="button" onClick={() => void call.do("yield")}>
              {mic.gate.value === "ready" ? t.pass : t.done}
            </button>
          </>
        ) : (
          <>
            {!listen && <p class="heard">{t.youAreHeard}</p>}
            <button ref={button} class="button finish" type="button" onClick={() => void call.do("yield")}>
              {t.done}
            </button>
          </>
        )}
      </div>
      <TimeSaid call={call} />
    </section>
  );
}

/** Says who was called to those who do not see it. */
function Said({ call }: { call: Call }) {
  const t = ledText.value;
  const { floor, seats } = call.view.value;
  const name = floor.holder && seats.get(floor.holder)?.name;
  const own = floor.holder === call.you.value;
  return (
    <p class="unseen" aria-live="assertive">
      {name && `${own ? `${t.yourTurn}. ` : ""}${t.invites(inSentence(name))}.`}
    </p>
  );
}
