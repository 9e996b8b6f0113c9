// Meetings: the list, and what is done before one.

import { useEffect } from "preact/hooks";
import { lang } from "../../ui/text";
import { sentenceOf, useAsked, useDoing } from "../asked";
import { Alarm } from "../fields";
import { Await, Head } from "../frame";
import { follow } from "../place";
import { moment } from "../when";
import { enterRoom, type Listed, listMeetings, shelved } from "./api";
import { Links } from "./links";
import { Prepare } from "./prepare";
import { words } from "./words";

/** The list of meetings, a new one, or what comes before one that is there. */
export function MeetingsPage({ code, page }: { code: string; page: string }) {
  if (code === "") return <List />;
  if (code === "new") return <Prepare key="new" />;
  return page === "links" ? <Links key={code} code={code} /> : <Prepare key={code} code={code} />;
}

const renewEvery = 30_000; // ms

function List() {
  const t = words.value;
  const asked = useAsked(listMeetings);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && void asked.again(), renewEvery);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <Head title={t.title}>
        <a class="button main" href="/office/meetings/new" onClick={follow}>
          {t.new}
        </a>
      </Head>
      <Await asked={asked}>
        {(meetings) => {
          const { running, upcoming, past } = shelved(meetings, Date.now());
          return (
            <div class="stack">
              {running.length > 0 && <Shelf title={t.running} meetings={running} />}
              {upcoming.length > 0 || running.length > 0 ? (
                upcoming.length > 0 && <Shelf title={t.upcoming} meetings={upcoming} />
              ) : (
                <p class="calm">{t.noUpcoming}</p>
              )}
              {past.length > 0 && <Shelf title={t.past} meetings={past} past />}
            </div>
          );
        }}
      </Await>
    </>
  );
}

function Shelf({ title, meetings, past }: { title: string; meetings: Listed[]; past?: boolean }) {
  const t = words.value;
  const doing = useDoing();
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <ul class="meetings">
        {meetings.map((m) => (
          <li key={m.code}>
            <a class="meeting-name" href={`/office/meetings/${m.code}${past ? "/minutes" : ""}`} onClick={follow}>
              <strong>{m.title || m.code}</strong>
              <span>{m.starts ? moment(m.starts, Date.now(), lang.value) : t.noTime}</span>
            </a>
            <span class="marks">
              {m.final ? (
                <span class="mark good">{t.final}</span>
              ) : m.closed ? (
                <span class="mark">{t.closed}</span>
              ) : null}
              {m.overdue ? <span class="mark bad">{t.overdueCount(m.overdue)}</span> : null}
              {m.open ? <span class="mark">{t.openCount(m.open)}</span> : null}
            </span>
            {!past && (
              <button
                class="button"
                type="button"
                aria-label={t.enterOf(m.title || m.code)}
                onClick={() => void doing.run(() => enterRoom(m.code))}
              >
                {t.enter}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
