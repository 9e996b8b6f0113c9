// After a meeting: who was there, the minutes, what was decided.

import { lang } from "../../ui/text";
import { ofMeeting } from "../api";
import { useAsked } from "../asked";
import { common } from "../common";
import { Await, Scroll } from "../frame";
import { getKnown, type Known } from "../meetings/api";
import { MeetingHead } from "../meetings/tabs";
import { inWords } from "../when";
import { Conclusions } from "./conclusions";
import { Minutes } from "./minutes";
import { words } from "./words";

export { OpenConclusions } from "./open";

/** One of the pages of a meeting that was held. */
export function AfterPage({ code, page }: { code: string; page: string }) {
  const asked = useAsked(() => getKnown(code), code);
  return (
    <Await asked={asked}>
      {(known) => {
        switch (page) {
          case "attendance":
            return (
              <>
                <MeetingHead known={known} page="attendance" />
                <Attendance known={known} />
              </>
            );
          case "minutes":
            return (
              <>
                <MeetingHead known={known} page="minutes" />
                <Minutes known={known} onChange={asked.again} />
              </>
            );
          case "conclusions":
            return (
              <>
                <MeetingHead known={known} page="conclusions" />
                <Conclusions known={known} onChange={asked.again} />
              </>
            );
          default:
            return <p class="calm">{common.value.unknownPage}</p>;
        }
      }}
    </Await>
  );
}

/** Who was there, of those who were invited. */
function Attendance({ known }: { known: Known }) {
  const t = words.value;
  const { code, plan, roll } = known;
  const invited = plan.invited ?? [];
  const present = roll?.present ?? {};
  const confirmed = roll?.confirmed ?? {};
  const here = invited.filter((i) => (present[i.n]?.[0] ?? 0) > 0);
  const people = here.reduce((sum, i) => sum + (present[i.n]?.[0] ?? 0), 0);
  return (
    <section class="card" aria-labelledby="attendance-title">
      <h2 id="attendance-title">{t.attendance}</h2>
      <p class="lead">{t.attendanceLead}</p>
      <div class="row">
        <a
          class="button main"
          href={ofMeeting(code, `attendance?format=html&${inWords(lang.value)}`)}
          target="_blank"
          rel="noreferrer"
        >
          {t.printAttendance}
        </a>
        <a
          class="button"
          href={ofMeeting(code, `attendance?format=csv&${inWords(lang.value)}`)}
          download={`${code}-attendance.csv`}
        >
          {t.csv}
        </a>
      </div>
      {invited.length === 0 ? (
        <p class="calm">{t.noInvited}</p>
      ) : (
        <>
          <p>
            <strong>{t.attendanceSum(here.length, invited.length, people)}</strong>
          </p>
          <Scroll name={t.attendanceTable}>
            <table class="list">
              <thead>
                <tr>
                  {[t.site, t.expected, t.headcount, t.names, t.confirmed].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {invited.map((i) => (
                  <tr key={i.n}>
                    <th scope="row">{i.name}</th>
                    <td class="number">{i.members ?? ""}</td>
                    <td class="number">{present[i.n]?.[0] ?? t.notDeclared}</td>
                    <td class="lines-text">{present[i.n]?.[1] ?? ""}</td>
                    <td>{i.n in confirmed ? confirmed[i.n] || t.isConfirmed : ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </section>
  );
}
