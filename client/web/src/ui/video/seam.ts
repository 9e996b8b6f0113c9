// Where slides plug in: src/ui/slides sets it when it is there.

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";

/** What a part of the page that has to do with pictures works with. */
export interface Within {
  call: Call;
  pictures: Pictures;
}

/** What slides add to the page. */
export interface Slides {
  /** Whether a page is shown to all now: it takes the place of the large picture, which becomes a small one. */
  shown(call: Call): boolean;
  /** The page that is shown, as large as its parent, which is positioned and has a size of its own. */
  Page: ComponentType<Within>;
  /** The button among the tools, for those who may bring something. */
  Button?: ComponentType<Within>;
  /** What happens beside it all: dialogs, keys, what has no place of its own. */
  Beside?: ComponentType<Within>;
  /** Rows for the list of keys. */
  Keys?: ComponentType;
}

/** The slides, once they are there. */
export const slides = signal<Slides | undefined>(undefined);
