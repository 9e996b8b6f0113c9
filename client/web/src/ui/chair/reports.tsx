import type { Report, View } from "../../meeting/view";
import { ledText } from "../led/text";
import type { Desk } from "./desk";
import { chairText } from "./text";

/** The reports that were recorded beforehand: the chair has one played as if it were said now. */
export function Reports({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const view = desk.call.view.value;
  const { reports = [], playing } = view;
  return (
    <div class="panel-scroll">
      {reports.length === 0 && <p class="nothing">{t.reportsEmpty}</p>}
      {reports.map((report) => (
        <section key={report.id} class="entry" aria-label={report.title}>
          <p>
            <strong>{whose(view, report)}</strong>: {report.title}, {ledText.value.length(Math.round(report.ms / 1000))}
          </p>
          {playing?.id === report.id ? (
            <button class="button" type="button" onClick={() => desk.act("stop")}>
              {ledText.value.stopPlaying}
            </button>
          ) : (
            <button
              class="button"
              type="button"
              disabled={!desk.may("play")}
              onClick={() => desk.act("play", { report: report.id })}
            >
              {playing ? t.playInstead : t.play}
            </button>
          )}
        </section>
      ))}
    </div>
  );
}

/** Whose a report is: the site's name stays when its seat is gone. */
function whose({ seats, plan }: View, { seat, by }: Report): string {
  return plan?.invited.find(({ n }) => by === `#${n}`)?.name ?? seats.get(seat)?.name ?? "";
}
