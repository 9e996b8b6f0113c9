// The meeting after one more event: the twin of Go's relay/meeting Apply, for what a page sees. It comes with the part of the page that shows it; what is needed before is in light.ts.

import { floor } from "./floor";
import { type Folding, foldBy } from "./folds";
import { plan } from "./plan";
import { polls } from "./polls";
import { readView } from "./read";
import { seats } from "./seats";
import { stage } from "./stage";
import { words } from "./words";

/** All that one may see of the meeting. */
export const whole: Folding = { read: readView, fold: foldBy([seats, plan, floor, words, polls, stage]) };
