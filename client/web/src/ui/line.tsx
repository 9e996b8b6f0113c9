import type { ComponentChildren } from "preact";
import type { Call } from "../meeting/call";
import type { Way } from "../meeting/line";
import { type OwnLine, remembered } from "../meeting/ownline";
import { BarsIcon } from "./icons";
import { bars, height, topOf } from "./plot";
import { text } from "./text";
import { aboveWords, detail, inside, isGone } from "./words";

export type Trace = OwnLine["trace"]["value"];

const looks = {
  good: { bars: 3, words: "lineGood" },
  weak: { bars: 2, words: "lineWeak" },
  bad: { bars: 1, words: "lineBad" },
  gone: { bars: 0, words: "lineGone" },
} as const;

export const ways: readonly Way[] = ["Down", "Up"];

/** The grade of one's own line; undefined before it is known. */
export function gradeOf({ situation, view }: OwnLine): keyof typeof looks | undefined {
  return isGone(situation.value) ? "gone" : view.value?.grade;
}

/** The state of one's own line in the corner: a word, the number that matters, the last minute. A press shows more. */
export function LineButton({ call, onOpen }: { call: Call; onOpen: () => void }) {
  const { line, above } = call;
  const grade = gradeOf(line);
  const site = above.state.value !== undefined;
  return (
    <div class="line">
      {/* Only a change of the word is read aloud. */}
      <span class="unseen" role="status">
        {grade && wordOf(grade, site)}
      </span>
      {grade && (
        <button class={grade} type="button" aria-haspopup="dialog" onClick={onOpen}>
          <LossPlot trace={line.trace.value} ways={ways} />
          <Word grade={grade} site={site} />
          {site && grade !== "gone" ? (
            <span class="line-detail">{aboveWords(above, text.value)}</span>
          ) : (
            <Detail line={line} />
          )}
        </button>
      )}
    </div>
  );
}

/** The word for a line. That of a page at a site ends in the building, and the word must not seem to tell of more. */
function wordOf(grade: keyof typeof looks, site: boolean): string {
  const t = text.value;
  const word = t[looks[grade].words];
  return site ? inside(word, t) : word;
}

export function Word({ grade, site = false }: { grade: keyof typeof looks; site?: boolean }) {
  return (
    <span class={`line-word ${grade}`}>
      <BarsIcon bars={looks[grade].bars} />
      {wordOf(grade, site)}
    </span>
  );
}

export function Detail({ line }: { line: OwnLine }) {
  const t = text.value;
  return (
    <span class="line-detail">
      {detail(line.situation.value, line.view.value, t)}
      {line.backup.value && ` · ${t.lineBackup}`}
    </span>
  );
}

/** Loss second by second, of the worse of these ways: a thin bar for what was lost, in it a wide one for what did not come back. */
export function LossPlot({ trace, ways }: { trace: Trace; ways: readonly Way[] }) {
  const worst = (what: "loss" | "left") =>
    trace.map((m) => m && 100 * Math.max(...ways.map((way) => m[`${what}${way}`] ?? 0)));
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
