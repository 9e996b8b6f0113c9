import { useSignal } from "@preact/signals";
import { type Attendance, attendance } from "../../meeting/leading";
import type { View } from "../../meeting/view";
import type { Desk } from "./desk";
import { chairText } from "./text";

/** Who of the invited is here, with how many people; who is not can be called. */
export function RollCall({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  const { open, present } = view.roll;
  const sites = attendance(view);
  const here = sites.filter(({ state }) => state === "here").length;
  const people = Object.values(present).reduce((sum, { headcount }) => sum + headcount, 0);
  return (
    <div class="panel-scroll">
      <div class="pair">
        <button
          class={`button ${open ? "" : "main"}`}
          type="button"
          disabled={!desk.may("roll")}
          onClick={() => desk.act("roll", { open: !open })}
        >
          {open ? t.rollClose : t.rollOpen}
        </button>
        <strong>{t.rollCounts(here, sites.length, people)}</strong>
      </div>
      <Ringing desk={desk} absent={sites.filter(({ state }) => state === "absent")} />
      <table class="roll-table">
        <thead>
          <tr>
            <th scope="col">{t.site}</th>
            <th scope="col">{t.people}</th>
            <th scope="col">{t.confirm}</th>
          </tr>
        </thead>
        <tbody>
          {sites.map((site) => (
            <Site key={site.n} desk={desk} site={site} view={view} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Site({ desk, site, view }: { desk: Desk; site: Attendance; view: View }) {
  const t = chairText.value;
  const { n, name, state } = site;
  const present = view.roll.present[n];
  const members = view.plan?.invited.find((invited) => invited.n === n)?.members;
  const ring = state === "absent" ? view.rings[n] : undefined;
  return (
    <tr class={state}>
      <th scope="row">
        {name}
        <span class="small">{ring ? (ring.answered ? t.answered : t.rung) : t[state]}</span>
      </th>
      <td>
        {present ? <strong>{present.headcount}</strong> : "–"} {members ? t.expected(members) : ""}
        {present?.names && <span class="small">{present.names}</span>}
      </td>
      <td>
        {n in view.roll.confirmed ? (
          <span class="small good">{t.confirmed}</span>
        ) : (
          state !== "absent" && (
            <button
              class="chip"
              type="button"
              aria-label={`${t.confirm}: ${name}`}
              disabled={!desk.may("confirm")}
              onClick={() => desk.act("confirm", { invited: n })}
            >
              {t.confirm}
            </button>
          )
        )}
        {state === "absent" && desk.may("ring") && (
          <button
            class="chip"
            type="button"
            aria-label={`${t.ring}: ${name}`}
            onClick={() => desk.act("ring", { invited: [n] })}
          >
            {t.ring}
          </button>
        )}
      </td>
    </tr>
  );
}

/** Calls the rooms that are idle, all at once. */
function Ringing({ desk, absent }: { desk: Desk; absent: Attendance[] }) {
  const t = chairText.value;
  const words = useSignal("");
  if (absent.length === 0 || !desk.may("ring")) return null;
  return (
    <form
      class="line-form"
      onSubmit={(event) => {
        event.preventDefault();
        desk.act("ring", { invited: absent.map(({ n }) => n), text: words.value.trim() });
      }}
    >
      <input
        aria-label={t.ringText}
        placeholder={t.ringText}
        maxLength={200}
        value={words.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <button class="button" type="submit">
        {t.ringAll(absent.length)}
      </button>
    </form>
  );
}
