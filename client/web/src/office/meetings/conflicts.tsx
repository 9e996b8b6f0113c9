// Rooms that another meeting has at the same time.

import { lang } from "../../ui/text";
import { ask, ofMeeting } from "../api";
import { useAsked } from "../asked";
import type { Room } from "../book";
import { moment } from "../when";
import type { Conflict } from "./api";
import { words } from "./words";

/** Says which; a meeting that is not saved yet has none that the server could know. */
export function Conflicts({ code, rooms }: { code?: string; rooms: Room[] }) {
  const t = words.value;
  const asked = useAsked(async () => {
    if (!code) return undefined;
    return (await ask<{ conflicts: Conflict[] | null }>("GET", ofMeeting(code, "conflicts"))).conflicts ?? [];
  }, code);
  const conflicts = asked.value.value;
  if (!code) return <p class="hint">{t.conflictOnce}</p>;
  if (!conflicts) return null;
  if (conflicts.length === 0) return <p class="good">{t.noConflicts}</p>;
  return (
    <div class="calm" role="status">
      <strong>{t.conflictTitle}</strong>
      <ul>
        {conflicts.map((c) => (
          <li key={`${c.room} ${c.starts} ${c.title}`}>
            {t.conflict(
              rooms.find((r) => r.id === c.room)?.name ?? c.room,
              c.title,
              moment(c.starts, Date.now(), lang.value),
              c.body ?? "",
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
