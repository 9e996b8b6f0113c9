import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refusal } from "../meeting/api";
import { readCode } from "../meeting/code";
import { getSite, type NewMeeting, openMeeting, type Site } from "../meeting/hosting";
import type { Sentence } from "../meeting/messages";
import { isHere, isNear, takeLost } from "../meeting/site";
import { spawn } from "../meeting/spawn";
import { renewLater } from "../offline/page";
import { Field } from "./field";
import { EnterIcon, MicIcon } from "./icons";
import { Invitation } from "./invitation";
import { PlusIcon } from "./moreicons";
import { follow, go, route } from "./navigation";
import { adopt } from "./parts";
import { Shell, useArrival } from "./shell";
import { startText } from "./starttext";
import { lang, text } from "./text";
import css from "./ways.css?inline";

adopt(css);

/** The start page: into a meeting, or a new one. */
export function Start() {
  const opened = useSignal<NewMeeting | undefined>(undefined);
  useArrival(opened.value ? "opened" : "");
  useEffect(() => renewLater(spawn), []);
  const site = useSite();
  if (opened.value) return <Opened meeting={opened.value} />;
  return (
    <Shell>
      <h1 class="unseen">{site ? startText.value.joinTitle : startText.value.startTitle}</h1>
      <div class="ways">
        {site && <SiteMeetings site={site} />}
        <JoinForm primary={!site?.meetings.length} />
        {site === null && (
          <NewForm
            onOpen={(meeting) => {
              opened.value = meeting;
            }}
          />
        )}
      </div>
      {site === null && <Elsewhere />}
    </Shell>
  );
}

/** The ways to what is no meeting; these pages are loaded anew. */
function Elsewhere() {
  const t = startText.value;
  return (
    <nav class="elsewhere" aria-label={t.elsewhere}>
      <a href="/enrol">{t.toSite}</a>
      <a href="/office">{t.toOffice}</a>
      <a href="/practice">{t.toPractice}</a>
    </nav>
  );
}

const askEvery = 4000; // ms

/** What the site that serves this page says; null: it is no site's page, undefined: not known yet. A browser whose power was cut goes back into its meeting. */
function useSite(): Site | null | undefined {
  const site = useSignal<Site | null | undefined>(isNear(location.hostname) ? undefined : null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const ask = async () => {
      if (site.value === null || over) return;
      if (!document.hidden) await look().catch(() => undefined); // it starts: what it said stays
      timer = setTimeout(ask, askEvery);
    };
    const look = async () => {
      const answer = (await getSite()) ?? null;
      if (over) return;
      site.value = answer;
      const code = answer && takeLost(answer.meetings);
      if (code) go(`/m/${code}`);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [site]);
  return site.value;
}

/** A site: its name, and the meetings that it takes part in. */
function SiteMeetings({ site: { site, meetings } }: { site: Site }) {
  const b = startText.value;
  return (
    <section class="card way main" aria-labelledby="site">
      <h2 id="site">{site ? `${b.site}: ${site}` : b.site}</h2>
      {meetings.length === 0 && isHere(location.hostname) && <p class="lead">{b.siteIdle}</p>}
      {meetings.map(({ code, title, upstream }) => (
        <div class="meeting" key={code}>
          <a class="button main huge" href={`/m/${code}`} onClick={follow}>
            <EnterIcon />
            <span>
              {b.siteEnter} <strong>{title || code}</strong>
            </span>
          </a>
          <p class="hint" role="status">
            {upstream[lang.value]}
          </p>
        </div>
      ))}
    </section>
  );
}

const codeProblems = { empty: "codeEmpty", accents: "codeAccents", malformed: "codeMalformed" } as const;

function JoinForm({ primary }: { primary: boolean }) {
  const b = startText.value;
  const code = useSignal("");
  const problem = useSignal<keyof typeof codeProblems | undefined>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    const read = readCode(code.value);
    if ("code" in read) return go(`/m/${read.code}`);
    problem.value = read.problem;
  };
  return (
    <form class={`card way ${primary ? "primary" : ""}`} aria-labelledby="join-title" noValidate onSubmit={submit}>
      <div>
        <h2 id="join-title">{b.joinTitle}</h2>
        <p class="lead">{b.joinHint}</p>
      </div>
      <Field
        label={b.codeLabel}
        hint={b.codeHint}
        class="code"
        placeholder="abc-def-ghj"
        autocapitalize="none"
        enterkeyhint="go"
        value={code.value}
        error={problem.value && b[codeProblems[problem.value]]}
        onValue={(value) => {
          code.value = value;
          const read = readCode(value);
          // Accents come from the keyboard's setting: say so before nine letters are typed in vain.
          problem.value = "problem" in read && read.problem === "accents" ? "accents" : undefined;
        }}
      />
      <button class={`button ${primary ? "main huge" : ""}`} type="submit">
        <EnterIcon />
        {b.joinTitle}
      </button>
      <p class="next">
        <MicIcon />
        {b.joinNext}
      </p>
    </form>
  );
}

function NewForm({ onOpen }: { onOpen: (meeting: NewMeeting) => void }) {
  const t = text.value;
  const b = startText.value;
  const title = useSignal("");
  const key = useSignal(route.value.key ?? "");
  const error = useSignal<Sentence | "keyEmpty" | "noServer" | undefined>(undefined);
  const shown = useSignal(false);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    error.value = undefined;
    if (busy.value) return;
    if (key.value.trim() === "") {
      error.value = "keyEmpty";
      return;
    }
    busy.value = true;
    try {
      onOpen(await openMeeting(title.value.trim(), key.value));
    } catch (e) {
      error.value = e instanceof Refusal ? e.sentence : "noServer";
    }
    busy.value = false;
  };
  const own = { keyEmpty: b.keyEmpty, noServer: t.noServer };
  const sentence = typeof error.value === "object" ? error.value[lang.value] : error.value && own[error.value];
  const aboutTitle = typeof error.value === "object" && error.value.code.startsWith("title");
  return (
    <form class="card way" aria-labelledby="new-title" noValidate onSubmit={submit}>
      <div>
        <h2 id="new-title">{b.newTitle}</h2>
        <p class="lead">{b.newHint}</p>
      </div>
      <Field
        label={b.titleLabel}
        placeholder={b.titleExample}
        maxLength={200}
        value={title.value}
        error={aboutTitle ? sentence : undefined}
        onValue={(value) => {
          title.value = value;
        }}
      />
      <Field
        label={b.keyLabel}
        hint={b.keyHint}
        secret={!shown.value}
        value={key.value}
        error={aboutTitle ? undefined : sentence}
        onValue={(value) => {
          key.value = value;
        }}
      />
      <label class="tick">
        <input
          type="checkbox"
          checked={shown.value}
          onChange={(event) => {
            shown.value = event.currentTarget.checked;
          }}
        />
        {b.keyShow}
      </label>
      <button class="button" type="submit" aria-disabled={busy.value}>
        <PlusIcon />
        {b.newButton}
      </button>
    </form>
  );
}

function Opened({ meeting }: { meeting: NewMeeting }) {
  const b = startText.value;
  const path = `/m/${meeting.code}`;
  return (
    <Shell>
      <section class="card narrow" aria-labelledby="opened">
        {meeting.title && <p class="eyebrow">{meeting.title}</p>}
        <h1 id="opened">{b.createdTitle}</h1>
        <p class="lead">{b.createdHint}</p>
        <Invitation code={meeting.code} link={meeting.link} title={meeting.title} />
        <a class="button main" href={path} onClick={follow}>
          <EnterIcon />
          {b.enterRoom}
        </a>
      </section>
    </Shell>
  );
}
