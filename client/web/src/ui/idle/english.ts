// The sentences of a site's page between meetings, in English.

import type { IdleText } from "./text";

/** The sentences, under the keys of text.ts. */
export const en: IdleText = {
  site: "Site",
  waits: "On call: this page rings for an urgent meeting. Please leave it open.",
  away: "The server cannot be reached; trying again by itself. An urgent meeting could not ring here now.",
  soundOff: "The browser does not allow the bell yet.",
  soundOn: "Turn the bell on",
  meetings: "Next meetings",
  none: "No meetings to which this site is invited.",
  unknown: "The list of meetings is not here yet; trying again.",
  now: "On now",
  today: (time) => `Today, ${time}`,
  enter: "Join",
  test: "Test devices",
  duties: (n) => (n === 1 ? "1 conclusion waits for your unit" : `${n} conclusions wait for your unit`),
  see: "See",
  other: "Another meeting, by its code",
  ring: "Urgent meeting",
  seen: "Seen",
  untitled: "Meeting",
};
