// What the box of one's own line says: pure.

import type { LineView } from "../meeting/line";
import type { BoxText } from "./boxtext";

/** What a line means for who sits before it. */
export function meaning({ grade, slow, worse }: LineView, t: BoxText): string {
  if (grade === "good") return t.meansGood;
  if (slow) return t.meansSlow;
  return grade === "weak" ? t.meansWeak : t[`meansBad${worse}`];
}
