// The page of an invitation, for anybody who has its address: when, where, what; testing the computer; and the way in.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { readCode } from "../../meeting/code";
import { type Kept, loadPass } from "../../meeting/pass";
import { EnterIcon } from "../../ui/icons";
import { lang, text } from "../../ui/text";
import { useAsked } from "../asked";
import { Await, Sheet, Top, useTitle } from "../frame";
import { place } from "../place";
import { clock, countdown, day } from "../when";
import { getPublic, type Public } from "./api";
import { DeviceTests } from "./devices";
import { momentOf, tickOf } from "./time";
import { words } from "./words";

/** The page. */
export function InvitePage({ code: written }: { code: string }) {
  const read = readCode(written);
  const code = "code" in read ? read.code : written;
  const asked = useAsked(() => getPublic(code), code);
  const t = words.value;
  if (asked.value.value === undefined) {
    return (
      <Sheet title={t.invited} tagline={text.value.tagline}>
        <Await asked={asked}>{() => null}</Await>
      </Sheet>
    );
  }
  return <Invitation meeting={asked.value.value} onRenew={asked.again} />;
}

const renewEvery = 30_000; // ms: it may be opened, put off or closed

function Invitation({ meeting, onRenew }: { meeting: Public; onRenew: () => Promise<void> }) {
  const t = words.value;
  const own = useOwn();
  const n = Number(place.value.query.get("n"));
  useTitle(meeting.title || t.invited);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void onRenew(), renewEvery);
    return () => clearInterval(timer);
  }, [onRenew]);
  return (
    <div class="shell office">
      <Top tagline={text.value.tagline} />
      <main class="stack">
        <section class="card" aria-labelledby="invitation">
          <p class="eyebrow">{t.invited}</p>
          <h1 id="invitation">{meeting.title || meeting.code}</h1>
          <Facts meeting={meeting} />
          {own && <p class="calm">{t.thisIs(own.site.name)}</p>}
          <WayIn meeting={meeting} />
        </section>
        <Agenda meeting={meeting} n={n} />
        <DeviceTests code={meeting.code} relays={meeting.relays} />
      </main>
    </div>
  );
}

/** The site of this computer, if it is one. */
export function useOwn(): Kept | undefined {
  const own = useSignal<Kept | undefined>(undefined);
  useEffect(() => {
    void loadPass().then((found) => {
      own.value = found;
    });
  }, [own]);
  return own.value;
}

function Facts({ meeting }: { meeting: Public }) {
  const t = words.value;
  const { starts, minutes, body, place: where, code } = meeting;
  const l = lang.value;
  return (
    <dl class="facts">
      <dt>{t.when}</dt>
      <dd>
        {starts ? (
          <>
            <strong class="hour">{clock(starts, l)}</strong> {day(starts, Date.now(), l)}
          </>
        ) : (
          t.noTime
        )}
      </dd>
      {minutes ? <Fact name={t.length} value={t.minutes(minutes)} /> : null}
      {body && <Fact name={t.body} value={body} />}
      {where && <Fact name={t.place} value={where} />}
      <dt>{t.code}</dt>
      <dd translate={false}>{code}</dd>
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

/** The button into the room: the main thing when it is time, a quiet one before. */
export function WayIn({ meeting }: { meeting: Public }) {
  const t = words.value;
  const now = useClock(meeting.starts);
  const moment = momentOf(meeting, now);
  const path = `/m/${meeting.code}`;
  const left = countdown(meeting.starts ?? 0, now, lang.value);
  const says = {
    "no-time": "",
    before: t.left(left),
    soon: t.left(left),
    now: meeting.opened ? t.on : t.now,
    over: t.over,
  };
  const main = moment !== "before" && moment !== "over";
  return (
    <div class="wayin">
      <p class="countdown">{says[moment]}</p>
      {moment !== "over" && (
        <a class={`button ${main ? "main huge" : ""}`} href={path}>
          <EnterIcon />
          {main ? t.enter : t.early}
        </a>
      )}
    </div>
  );
}

/** The time, as often as a countdown needs it. */
function useClock(starts: number | undefined): number {
  const now = useSignal(Date.now());
  const every = tickOf(starts, now.value);
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, every);
    return () => clearInterval(timer);
  }, [every, now]);
  return now.value;
}

function Agenda({ meeting, n }: { meeting: Public; n: number }) {
  const t = words.value;
  const agenda = meeting.agenda ?? [];
  if (agenda.length === 0) return null;
  return (
    <section class="card" aria-labelledby="agenda">
      <h2 id="agenda">{t.agenda}</h2>
      <ol class="agenda-list">
        {agenda.map((item) => (
          <li key={item.id} class={n > 0 && item.by === n ? "own" : ""}>
            {item.title}
            {item.minutes ? <span class="hint"> {t.minutes(item.minutes)}</span> : null}
            {n > 0 && item.by === n && <strong> — {t.yourTurn}</strong>}
          </li>
        ))}
      </ol>
    </section>
  );
}
