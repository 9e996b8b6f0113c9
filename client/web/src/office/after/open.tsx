// What is open and overdue, over all meetings.

import { useAsked } from "../asked";
import { Await, Head } from "../frame";
import { getKnown, type Known, listMeetings } from "../meetings/api";
import { follow } from "../place";
import { ConclusionList } from "./conclusions";
import { byUrgency, isDone } from "./follow";
import { words } from "./words";

const most = 30; // meetings that are looked into at once

/** The page: by meeting, what is not done. */
export function OpenConclusions() {
  const t = words.value;
  const asked = useAsked(async () => {
    const meetings = (await listMeetings()).filter((m) => m.open || m.overdue);
    meetings.sort((a, b) => (b.overdue ?? 0) - (a.overdue ?? 0) || (b.starts ?? 0) - (a.starts ?? 0));
    return Promise.all(meetings.slice(0, most).map((m) => getKnown(m.code)));
  });
  return (
    <>
      <Head title={t.openTitle} lead={t.openLead} />
      <Await asked={asked}>
        {(known) =>
          known.length === 0 ? <p class="calm">{t.noneOpen}</p> : known.map((k) => <Meeting key={k.code} known={k} />)
        }
      </Await>
    </>
  );
}

function Meeting({ known }: { known: Known }) {
  const open = (known.conclusions ?? []).filter((c) => !isDone(c)).sort(byUrgency(Date.now()));
  if (open.length === 0) return null;
  return (
    <section class="card">
      <h2>
        <a href={`/office/meetings/${known.code}/conclusions`} onClick={follow}>
          {known.title || known.code}
        </a>
      </h2>
      <ConclusionList conclusions={open} invited={known.plan.invited ?? []} />
    </section>
  );
}
