// The page of a site's own PC: it is enrolled here, and finds here what it is invited to and asked to do.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { keptRelays } from "../../meeting/memory";
import { type Kept, loadPass } from "../../meeting/pass";
import { lang, text } from "../../ui/text";
import { sentenceOf, useAsked, useDoing } from "../asked";
import { common } from "../common";
import { Alarm } from "../fields";
import { Await, Sheet, Top, useTitle } from "../frame";
import { moment } from "../when";
import { enrol, getInvitations, getPublic, NotKept } from "./api";
import { DeviceTests } from "./devices";
import { WayIn } from "./page";
import { Tasks } from "./tasks";
import { words } from "./words";

/** The page. With a token it enrols, without one it is the site's own page. */
export function EnrolPage({ secret }: { secret: string }) {
  const t = words.value;
  const own = useSignal<Kept | undefined | "unknown">("unknown");
  const token = useSignal(secret);
  const doing = useDoing();
  useEffect(() => {
    void loadPass().then((found) => {
      own.value = found;
    });
  }, [own]);
  const go = () =>
    doing.run(async () => {
      own.value = await enrol(token.value);
      token.value = "";
    });
  const known = own.value;
  if (known === "unknown")
    return (
      <Sheet tagline={text.value.tagline} title={t.enrolTitle}>
        {common.value.loading}
      </Sheet>
    );
  if (known && token.value === "") return <SitePage own={known} fresh={secret !== ""} />;
  if (token.value === "") {
    return (
      <Sheet tagline={text.value.tagline} title={t.enrolTitle}>
        <p class="calm">{t.enrolHow}</p>
      </Sheet>
    );
  }
  const error = doing.error.value;
  return (
    <Sheet tagline={text.value.tagline} title={error === undefined ? t.enrolTitle : t.enrolFailed}>
      {known && <p class="calm">{t.enrolReplace(known.site.name)}</p>}
      {error !== undefined && <Alarm>{error instanceof NotKept ? t.enrolStorage : sentenceOf(error)}</Alarm>}
      <button class="button main huge" type="button" aria-disabled={doing.busy.value} onClick={() => void go()}>
        {doing.busy.value ? t.enrolling : t.enrolDo}
      </button>
    </Sheet>
  );
}

function SitePage({ own, fresh }: { own: Kept; fresh: boolean }) {
  const t = words.value;
  const title = t.enrolled(own.site.name);
  useTitle(own.site.name);
  const asked = useAsked(() => getInvitations(own));
  const first = asked.value.value?.meetings?.[0]?.code;
  const relays = useAsked(async () => keptRelays() ?? (first ? (await getPublic(first)).relays : undefined), first);
  return (
    <div class="shell office">
      <Top tagline={text.value.tagline} />
      <main class="stack">
        <h1>{title}</h1>
        {fresh && (
          <p class="calm" role="status">
            {t.enrolledNext} {t.bookmark}
          </p>
        )}
        <Await asked={asked}>
          {({ meetings, conclusions }) => (
            <>
              <section class="card" aria-labelledby="meetings">
                <h2 id="meetings">{t.meetings}</h2>
                {(meetings ?? []).length === 0 && <p class="calm">{t.noMeetings}</p>}
                <ul class="meetings">
                  {meetings?.map((m) => (
                    <li key={m.code}>
                      <a class="meeting-name" href={`/invite/${m.code}${m.n ? `?n=${m.n}` : ""}`}>
                        <strong>{m.title || m.code}</strong>
                        <span>{m.starts ? moment(m.starts, Date.now(), lang.value) : t.noTime}</span>
                      </a>
                      <WayIn meeting={m} />
                    </li>
                  ))}
                </ul>
              </section>
              <Tasks own={own} tasks={conclusions ?? []} onChange={asked.again} />
            </>
          )}
        </Await>
        <DeviceTests code="" relays={relays.value.value} />
      </main>
    </div>
  );
}
