// Plots of one's own line.

import type { ComponentChildren } from "preact";
import type { Way } from "../meeting/line";
import { type OwnLine, remembered } from "../meeting/ownline";
import css from "./lineplot.css?inline";
import { adopt } from "./parts";
import { bars, height, topOf } from "./plot";

adopt(css);

/** The last seconds of a line. */
export type Trace = OwnLine["trace"]["value"];

/** Both directions. */
export const ways: readonly Way[] = ["Down", "Up"];

/** Loss second by second, of the worse of these ways: a thin bar for what was lost, in it a wide one for what did not come back. */
export function LossPlot({ trace, ways: shown = ways }: { trace: Trace; ways?: readonly Way[] }) {
  const worst = (what: "loss" | "left") =>
    trace.map((m) => m && 100 * Math.max(...shown.map((way) => m[`${what}${way}`] ?? 0)));
  const loss = worst("loss");
  const top = topOf(25, loss);
  return (
    <Plot trace={trace} top={`${top} %`}>
      <path class="loss" d={bars(loss, top, 0.5)} />
      <path class="left" d={bars(worst("left"), top, 1)} />
    </Plot>
  );
}

/** The frame of a plot: its scale, and a column for each second in which nothing came. */
export function Plot({ trace, top, children }: { trace: Trace; top: string; children: ComponentChildren }) {
  const gone = trace.map((m) => (m ? undefined : 1));
  return (
    <span class="plot">
      <svg viewBox={`0 0 ${remembered} ${height}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <path class="gone" d={bars(gone, 1, 1)} />
        {children}
      </svg>
      <small>{top}</small>
    </span>
  );
}
