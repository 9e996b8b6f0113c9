import { type Invitations, type InvitedTo, upcoming } from "../../meeting/invited";
import type { Kept } from "../../meeting/pass";
import { EnterIcon } from "../icons";
import { follow } from "../navigation";
import { lang } from "../text";
import { entrance } from "./idle";
import { idleText } from "./text";

const shown = 6;

/** The meetings to come, each with its way in, and what is still to be done. */
export function Meetings({ own, invitations }: { own: Kept; invitations?: Invitations }) {
  const t = idleText.value;
  const meetings = upcoming(invitations?.meetings ?? [], Date.now()).slice(0, shown);
  const duties = invitations?.conclusions.filter(({ done }) => !done) ?? [];
  return (
    <section class="card idle-meetings" aria-labelledby="idle-meetings">
      <h2 id="idle-meetings">{t.meetings}</h2>
      {meetings.length === 0 && (
        <p class="lead" role="status">
          {invitations ? t.none : t.unknown}
        </p>
      )}
      <ul>
        {meetings.map((meeting) => (
          <li key={meeting.code}>
            {when(meeting) && <p class="idle-when">{when(meeting)}</p>}
            <p>
              <strong>{meeting.title || t.untitled}</strong>
              {meeting.body && <span class="hint"> {meeting.body}</span>}
            </p>
            <a class="button main" href={entrance(meeting.code, own)} onClick={follow}>
              <EnterIcon />
              {t.enter}
            </a>
            <a class="button" href={`/invite/${meeting.code}`}>
              {t.test}
            </a>
          </li>
        ))}
      </ul>
      {duties.length > 0 && (
        <p class="calm">
          {t.duties(duties.length)}{" "}
          <a class="button" href={`/invite/${duties[0].code}`}>
            {t.see}
          </a>
        </p>
      )}
    </section>
  );
}

function when({ starts, opened }: InvitedTo): string {
  const t = idleText.value;
  if (opened) return t.now;
  if (!starts) return "";
  const date = new Date(starts);
  const time = date.toLocaleTimeString(lang.value, { hour: "2-digit", minute: "2-digit" });
  if (date.toDateString() === new Date().toDateString()) return t.today(time);
  return `${date.toLocaleDateString(lang.value, { weekday: "long", day: "numeric", month: "numeric" })}, ${time}`;
}
