// The sentences of boxes over a meeting, and of an invitation, in English.

import type { BoxText } from "./boxtext";

/** The sentences, under the keys of boxtext.ts. */
export const en: BoxText = {
  keysMute: "Turn the microphone on or off",
  keysHelp: "Show the keys",
  keysClose: "Close what is open",
  shareTitle: "Invite to the meeting",
  lineTitle: "The line here, last 60 seconds",
  lineRate: "Rate",
  lineRates: (down, up) => `down ${down}, up ${up} kbit/s`,
  plotLoss: "packets lost on the way",
  plotLeft: "not recovered",
  meansGood: "You hear and are heard clearly.",
  meansWeak: "The meeting goes on; sound may be late or a few words may be lost. There is nothing to do.",
  meansBadDown: "You may hear gaps. There is nothing to do; the computer is working on it.",
  meansBadUp: "Others may hear gaps when you speak. Speak slowly, in short sentences.",
  meansSlow: "Sound comes late. Let the others finish their sentence before you answer.",
  codeName: "Meeting code",
  linkName: "Link to the meeting",
  leaveTitle: "Leave the meeting?",
  leaveText: "The others go on. You can come back by the same link.",
  stay: "Stay",
};
