// What the parts of this chunk share: the slides of the call that is on.

import { signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import { Presenter } from "./presenter";
import { Stage } from "./stage";

/** The slides of the call that is on; undefined: none is. */
export const current = signal<{ stage: Stage; presenter: Presenter } | undefined>(undefined);

/** Whether the box is open in which a document is chosen. */
export const boxOpen = signal(false);

/** Begins the slides of a call. Returns how to end them. */
export function begin(call: Call, pictures: Pictures): () => void {
  const stage = new Stage(call, pictures);
  const presenter = new Presenter(call, pictures, stage);
  current.value = { stage, presenter };
  return () => {
    presenter.close();
    stage.close();
    boxOpen.value = false;
    current.value = undefined;
  };
}
