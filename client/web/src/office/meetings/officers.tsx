// Who leads the meeting.

import { useSignal } from "@preact/signals";
import type { Official } from "../api";
import { byName } from "../book";
import { common } from "../common";
import { Choose, type Option } from "../fields";
import type { Officer, OfficerRole } from "../plan";
import type { SectionProps } from "./prepare";
import { words } from "./words";

const roles: OfficerRole[] = ["chair", "deputy", "secretary", "technician"];

/** The names of the roles in a meeting. */
export function roleOptions(): Option[] {
  const c = common.value;
  const names = { chair: c.roleChair, deputy: c.roleDeputy, secretary: c.roleSecretary, technician: c.roleTechnician };
  return roles.map((role) => ({ value: role, label: names[role] }));
}

/** The section. */
export function Officers({ plan, onPlan, people }: SectionProps & { people: Official[] }) {
  const t = words.value;
  const c = common.value;
  const officers = plan.officers ?? [];
  const chosen = useSignal("");
  const free = people.filter((p) => !officers.some((o) => o.account === p.id)).sort(byName);
  const put = (list: Officer[]) => onPlan({ officers: list });
  const add = () => {
    const person = free.find((p) => p.id === chosen.value);
    if (!person) return;
    const role = officers.some((o) => o.role === "chair") ? "secretary" : "chair";
    put([...officers, { account: person.id, name: person.name, role }]);
    chosen.value = "";
  };
  return (
    <section class="card" aria-labelledby="officers-title">
      <h2 id="officers-title">{t.officersTitle}</h2>
      {officers.length === 0 && free.length === 0 && <p class="hint">{t.noAccounts}</p>}
      <ul class="lines">
        {officers.map((officer, i) => (
          <li key={officer.account ?? officer.name}>
            <strong>{officer.name}</strong>
            <select
              aria-label={t.officerOf(officer.name)}
              value={officer.role}
              onChange={(event) => {
                const role = event.currentTarget.value as OfficerRole;
                put(officers.map((o, j) => (i === j ? { ...o, role } : o)));
              }}
            >
              {roleOptions().map((o) => (
                <option key={o.value} value={o.value}>
                  {o.label}
                </option>
              ))}
            </select>
            <button
              class="button small"
              type="button"
              aria-label={t.officerRemove(officer.name)}
              onClick={() => put(officers.filter((_, j) => j !== i))}
            >
              {c.drop}
            </button>
          </li>
        ))}
      </ul>
      {free.length > 0 && (
        <div class="row grow">
          <Choose
            label={t.officer}
            none={c.choose}
            value={chosen.value}
            onValue={(v) => (chosen.value = v)}
            options={free.map((p) => ({ value: p.id, label: p.name }))}
          />
          <button class="button" type="button" aria-disabled={chosen.value === ""} onClick={add}>
            {t.officerAdd}
          </button>
        </div>
      )}
    </section>
  );
}
