// The pages of one meeting.

import { lang } from "../../ui/text";
import { sentenceOf, useDoing } from "../asked";
import { Alarm } from "../fields";
import { Head } from "../frame";
import { follow } from "../place";
import { moment } from "../when";
import { enterRoom, type Known } from "./api";
import { words } from "./words";

const tabs = [
  ["", "tabPrepare"],
  ["links", "tabLinks"],
  ["attendance", "tabAttendance"],
  ["minutes", "tabMinutes"],
  ["conclusions", "tabConclusions"],
] as const;

/** A meeting's name and time, the way into it, and its pages. */
export function MeetingHead({ known, page }: { known: Known; page: (typeof tabs)[number][0] }) {
  const t = words.value;
  const doing = useDoing();
  const { code, title, plan } = known;
  return (
    <div class="unprinted stack">
      <Head title={title || code} lead={plan.starts ? moment(plan.starts, Date.now(), lang.value) : t.noTime}>
        {!known.closed && (
          <button class="button main" type="button" onClick={() => void doing.run(() => enterRoom(code))}>
            {t.enter}
          </button>
        )}
      </Head>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <nav class="tabs" aria-label={t.tabs}>
        {tabs.map(([path, label]) => (
          <a
            key={path}
            href={`/office/meetings/${code}${path && `/${path}`}`}
            onClick={follow}
            aria-current={path === page ? "page" : undefined}
          >
            {t[label]}
          </a>
        ))}
      </nav>
    </div>
  );
}
