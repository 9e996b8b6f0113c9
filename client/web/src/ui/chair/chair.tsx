// The table of those who lead a meeting: a file of its own, which nobody else loads.

import { useMemo } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { keyOf, useKeys } from "../keys";
import { adopt } from "../parts";
import css from "./chair.css?inline";
import { Desk, keys } from "./desk";
import { Lead } from "./lead";
import { Lists } from "./lists";
import { Panels } from "./panels";
import panels from "./panels.css?inline";

export { ChairKeys } from "./keyhelp";

for (const sheet of [css, panels]) adopt(sheet);

/** What leads the meeting: who has the floor, who may have it next, the meeting's business. */
export function Console({ call }: { call: Call }) {
  const desk = useMemo(() => new Desk(call), [call]);
  useKeys((event, within) => {
    const key = keyOf(event, within);
    const act = key === undefined ? undefined : keys[key];
    // A question comes first; arrows move between tabs and scroll what is read where the focus is there.
    if (!act || within("dialog") || (key?.startsWith("arrow") && within("[role=tablist], .desk-panels"))) return false;
    act(desk);
    return true;
  });
  return (
    <div class="desk">
      <Lead desk={desk} />
      <Lists desk={desk} />
      <Panels desk={desk} />
    </div>
  );
}
