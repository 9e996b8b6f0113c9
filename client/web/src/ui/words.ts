// What the page says of a line: pure, from its state to sentences of one language.

import type { Above, Strip } from "../meeting/above";
import type { Call } from "../meeting/call";
import type { LineView, Loss } from "../meeting/line";
import type { Situation } from "../meeting/outage";
import type { Lang, Text } from "./text";

const lookAtCable = 30; // s of reconnecting after which it may be the cable

/** The microphone as it will be when the line is back; undefined: there is none. */
export type Mic = "On" | "Off" | undefined;

/** The microphone of a call. */
export function micOf({ listen, mic }: Pick<Call, "listen" | "mic">): Mic {
  if (listen) return undefined;
  return mic.muted.value || mic.gate.value !== "open" ? "Off" : "On";
}

/** Whether nothing comes over the line. */
export function isGone(situation: Situation | undefined): boolean {
  return situation?.kind === "silent" || situation?.kind === "reconnecting";
}

/** What the strip says of the line above, in the relay's own words if it sent any. */
export function strip({ kind, sentence }: Strip, lang: Lang, t: Text): string {
  if (kind === "back") return t.aboveBack;
  return sentence?.[lang] ?? t.aboveGone;
}

/** Says of something that it is true of the building alone. */
export const inside = (words: string, t: Text): string => `${t.inside}: ${words[0].toLowerCase()}${words.slice(1)}`;

/** How the line above is, in a few words; "" where there is none. */
export function aboveWords({ state, away }: Above, t: Text): string {
  if (!state.value) return "";
  return `${t.above}: ${away.value ? t.aboveAway : state.value.up ? t.aboveUp : t.aboveBegins}`;
}

/** The sentence of a situation: what happens, and what there is to do. It changes with the situation, not with each second. */
export function saying({ kind, seconds }: Situation, mic: Mic, t: Text): string {
  if (kind === "back") return t.back(t.duration(seconds));
  if (kind !== "reconnecting") return t[kind];
  const sentence = seconds < lookAtCable ? t.reconnecting : t.reconnectingLong;
  return mic ? `${sentence} ${t[`micKept${mic}`]}` : sentence;
}

/** The numbers that matter: how long the line has been gone, or its worse direction, by name, or time if that is what is wrong. */
export function detail(situation: Situation | undefined, view: LineView | undefined, t: Text): string {
  if (situation && isGone(situation)) return t.elapsed(t.duration(situation.seconds));
  if (!view) return "";
  const { slow, late, worse, loss } = view;
  if (slow && late !== undefined) return `${t.lineLate} ${t.seconds(late)}`;
  return loss[worse].lost === 0 ? t.lineClean : `${t[`line${worse}`]}: ${lossWords(loss[worse], t)}`;
}

/** The loss of one direction. */
export function lossWords({ lost, recovered }: Loss, t: Text): string {
  if (lost === 0) return t.lineClean;
  return recovered === undefined ? t.lineLoss(lost) : `${t.lineLoss(lost)}, ${t.lineRecovered(recovered)}`;
}
