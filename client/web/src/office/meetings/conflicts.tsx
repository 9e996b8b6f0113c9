// Rooms that another meeting has at the same time.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lang } from "../../ui/text";
import { ask } from "../api";
import type { Plan } from "../plan";
import { moment } from "../when";
import type { Conflict } from "./api";
import { words } from "./words";

const patience = 800; // ms without a change until the server is asked

/** Says which, of the plan as it is now, saved or not. */
export function Conflicts({ code, plan }: { code?: string; plan: Plan }) {
  const t = words.value;
  const found = useSignal<Conflict[] | undefined>(undefined);
  const { starts, minutes, invited } = plan;
  const rooms = (invited ?? []).map((i) => i.room ?? "").join(" ");
  const matters = Number.isFinite(starts) && rooms.trim() !== "";
  useEffect(() => {
    found.value = undefined;
    if (!matters) return;
    const timer = setTimeout(async () => {
      const body = { code: code ?? "", plan: { starts, minutes, invited } };
      const answer = await ask<{ conflicts: Conflict[] | null }>("POST", "/api/conflicts", body).catch(() => undefined);
      found.value = answer && (answer.conflicts ?? []);
    }, patience);
    return () => clearTimeout(timer);
  }, [code, starts, minutes, rooms, matters]);
  const conflicts = found.value;
  if (!conflicts) return null;
  if (conflicts.length === 0) return <p class="good">{t.noConflicts}</p>;
  return (
    <div class="calm" role="status">
      <strong>{t.conflictTitle}</strong>
      <ul>
        {conflicts.map((c) => (
          <li key={`${c.room} ${c.starts} ${c.title}`}>
            {t.conflict(c.room, c.title, moment(c.starts, Date.now(), lang.value), c.body ?? "")}
          </li>
        ))}
      </ul>
    </div>
  );
}
