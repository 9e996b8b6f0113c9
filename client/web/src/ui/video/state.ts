// What the parts of this chunk share: the pictures of the call that is on, and how they are laid out.

import { computed, effect, signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import { recall, remember } from "../../meeting/memory";
import { Pictures } from "../../meeting/pictures";
import { maySend } from "../../meeting/showing";
import { spawn } from "../../video/spawn";
import { Float } from "./float";

/** The pictures of the call that is on; undefined: none is. */
export const current = signal<{ pictures: Pictures; float: Float } | undefined>(undefined);

/** Whether the whole screen is used. */
export const full = signal(false);

const chosenSide = signal(recall("side"));
const television = 1600; // px: so wide is a screen on a wall, where the list only takes room from the picture

/** Whether the panel beside the pictures is there. */
export const side = computed(() => {
  if (full.value) return fullSide.value;
  return chosenSide.value === undefined ? innerWidth < television : chosenSide.value === "on";
});
const fullSide = signal(false);

/** Shows or hides the panel beside the pictures; that is remembered, unless the whole screen is used. */
export function toggleSide(): void {
  const shown = !side.value;
  if (full.value) fullSide.value = shown;
  else {
    chosenSide.value = shown ? "on" : "off";
    remember("side", chosenSide.value);
  }
}

/** Uses the whole screen, or no longer. A browser that does not allow it changes nothing. */
export function toggleFull(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  void change.catch(() => undefined);
}

/** Begins the pictures of a call. Returns how to end them. */
export function begin(call: Call): () => void {
  const pictures = new Pictures(spawn(), call, document);
  const float = new Float(pictures, call);
  current.value = { pictures, float };
  const look = () => {
    full.value = document.fullscreenElement !== null;
    fullSide.value = false;
  };
  look();
  document.addEventListener("fullscreenchange", look);
  let resumed = false;
  const stop = effect(() => {
    if (resumed || !maySend(call.own.value)) return; // who waits in the lobby is not seen
    resumed = true;
    queueMicrotask(() => pictures.own.resume());
  });
  return () => {
    stop();
    document.removeEventListener("fullscreenchange", look);
    float.close();
    pictures.close();
    current.value = undefined;
  };
}
