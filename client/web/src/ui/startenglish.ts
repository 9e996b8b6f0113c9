// The sentences of the start page, in English.

import type { StartText } from "./starttext";

/** The sentences, under the keys of starttext.ts. */
export const en: StartText = {
  startTitle: "Join or open a meeting",
  joinTitle: "Join a meeting",
  joinHint: "Type the meeting's code, or paste the whole link you were sent.",
  joinNext: "Next you test microphone and loudspeaker, then you go in.",
  codeLabel: "Meeting code or link",
  codeHint: "A code has 9 letters and digits; capitals and hyphens do not matter.",
  codeEmpty: "Type the meeting's code: 9 letters and digits.",
  codeAccents: "The code has letters with accents. Turn the Vietnamese keyboard off and type it again.",
  codeMalformed: "A meeting's code has 9 letters and digits, such as abc-def-ghj. Please check it.",
  newTitle: "Open a new meeting",
  newHint: "For the unit that calls the meeting.",
  titleLabel: "Title of the meeting",
  titleExample: "Monthly briefing, November",
  keyLabel: "Host key",
  keyHint: "The server prints this key when it starts.",
  keyEmpty: "Type the host key. The server prints it when it starts.",
  keyShow: "Show the key",
  newButton: "Open the meeting",
  createdTitle: "The meeting is open",
  createdHint: "Send this code or link to the sites.",
  enterRoom: "Go to the meeting",
  elsewhere: "Other pages",
  toSite: "A site's computer: meetings it is invited to",
  toOffice: "Meeting office: sign in",
  toPractice: "Rehearsal room",
  site: "Site",
  siteEnter: "Join the meeting:",
  siteIdle: "This site is in no meeting yet. Type a meeting's code.",
};
