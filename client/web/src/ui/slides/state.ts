// What the parts of this chunk share: the slides of the call that is on.

import { signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import { keptName } from "../../report/kept";
import { Part } from "../parts";
import { Presenter } from "./presenter";
import { Stage } from "./stage";

/** The slides of the call that is on; undefined: none is. */
export const current = signal<{ stage: Stage; presenter: Presenter } | undefined>(undefined);

/** Whether the box is open in which a document is chosen. */
export const boxOpen = signal(false);

/** What records reports beforehand. */
export const report = new Part(() => import("../report/report"));

/** Whether its box is open. */
export const reportOpen = signal(false);

/** Opens it. */
export function openReport(): void {
  report.want();
  reportOpen.value = true;
}

/** Has it come if a report waits here to go up since before a reload. */
export async function resumeReports(): Promise<void> {
  if (typeof caches !== "undefined" && (await caches.has(keptName).catch(() => false))) report.want();
}

/** Begins the slides of a call. Returns how to end them. */
export function begin(call: Call, pictures: Pictures): () => void {
  const stage = new Stage(call, pictures);
  const presenter = new Presenter(call, pictures, stage);
  current.value = { stage, presenter };
  return () => {
    presenter.close();
    stage.close();
    boxOpen.value = false;
    reportOpen.value = false;
    current.value = undefined;
  };
}
