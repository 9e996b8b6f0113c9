import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { nextUp } from "../../meeting/nextup";
import type { Item, View } from "../../meeting/view";
import { lang } from "../text";
import { Playing } from "./playing";
import { ledText } from "./text";

const shown = 2; // notices at once
const refusedFor = 8000; // ms that a refusal stays

/** What the meeting is at, the notices that stay, and why the last command was refused. */
export function Strip({ call }: { call: Call }) {
  return (
    <>
      <Course call={call} />
      <Playing call={call} />
      <Notices call={call} />
      <Refused call={call} />
    </>
  );
}

/** What is on now, and what comes next. */
function Course({ call }: { call: Call }) {
  const t = ledText.value;
  const view = call.view.value;
  const { plan, floor, locked, closed } = view;
  if (!plan && floor.mode === "free" && !locked) return null;
  const modes = { free: t.modeFree, moderated: t.modeModerated, roll: t.modeRoll };
  return (
    <section class="course" aria-label={t.course}>
      <p class="course-now">{at(view)}</p>
      {comes(view)}
      <p class="course-mode">
        {!closed && modes[floor.mode]}
        {locked && ` · ${t.locked}`}
      </p>
    </section>
  );
}

function at(view: View) {
  const t = ledText.value;
  const { plan, item } = view;
  if (view.closed) return t.closed;
  if (!view.opened && plan) {
    if (!plan.starts) return t.notOpened;
    const time = new Date(plan.starts).toLocaleTimeString(lang.value, { hour: "2-digit", minute: "2-digit" });
    return `${t.notOpened}, ${t.startsAt(time)}`;
  }
  const agenda = plan?.agenda ?? [];
  const n = agenda.findIndex(({ id }) => id === item);
  if (n < 0) return t.now;
  return (
    <>
      <span>{t.item(n + 1, agenda.length)}</span> <strong>{agenda[n].title}</strong>
    </>
  );
}

/** Whoever is called next, or the item that follows where nobody is. */
function comes(view: View) {
  const t = ledText.value;
  if (view.closed) return null;
  const up = view.floor.mode === "free" ? undefined : nextUp(view);
  const words = up ? view.seats.get(up.seat)?.name : following(view)?.title;
  return (
    words && (
      <p class="course-next">
        <span>{t.next}:</span> {words}
      </p>
    )
  );
}

function following({ plan, item }: View): Item | undefined {
  const agenda = plan?.agenda ?? [];
  return agenda[agenda.findIndex(({ id }) => id === item) + 1];
}

function Notices({ call }: { call: Call }) {
  const t = ledText.value;
  const notices = call.view.value.notices;
  const more = notices.length - shown;
  return (
    <div class="notices" role="status">
      {notices.slice(-shown).map(({ id, text }) => (
        <p key={id}>
          <strong>{t.notice}:</strong> {text}
        </p>
      ))}
      {more > 0 && <p class="more">{t.moreNotices(more)}</p>}
    </div>
  );
}

/** One sentence that says what to do instead. */
function Refused({ call }: { call: Call }) {
  const refusal = call.refusal.value;
  const seen = useSignal(refusal);
  useEffect(() => {
    const timer = setTimeout(() => {
      seen.value = refusal;
    }, refusedFor);
    return () => clearTimeout(timer);
  }, [refusal, seen]);
  return (
    <div class="refused" role="alert">
      {refusal && refusal !== seen.value && <p>{refusal[lang.value]}</p>}
    </div>
  );
}
