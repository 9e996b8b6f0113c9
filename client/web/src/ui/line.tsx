import type { ComponentChildren } from "preact";
import type { Call } from "../meeting/call";
import type { LineView, Way } from "../meeting/line";
import { type OwnLine, remembered } from "../meeting/ownline";
import { Dialog } from "./dialog";
import { BarsIcon } from "./icons";
import { bars, curve, height, topOf } from "./plot";
import { lang, text } from "./text";
import { aboveWords, detail, inside, isGone, lossWords, meaning, micOf, saying } from "./words";

type Trace = OwnLine["trace"]["value"];

const looks = {
  good: { bars: 3, words: "lineGood" },
  weak: { bars: 2, words: "lineWeak" },
  bad: { bars: 1, words: "lineBad" },
  gone: { bars: 0, words: "lineGone" },
} as const;

const ways: readonly Way[] = ["Down", "Up"];

/** The grade of one's own line; undefined before it is known. */
function gradeOf({ situation, view }: OwnLine): keyof typeof looks | undefined {
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

function Word({ grade, site = false }: { grade: keyof typeof looks; site?: boolean }) {
  return (
    <span class={`line-word ${grade}`}>
      <BarsIcon bars={looks[grade].bars} />
      {wordOf(grade, site)}
    </span>
  );
}

function Detail({ line }: { line: OwnLine }) {
  const t = text.value;
  return (
    <span class="line-detail">
      {detail(line.situation.value, line.view.value, t)}
      {line.backup.value && ` · ${t.lineBackup}`}
    </span>
  );
}

/** The same in large: what it means, what there is to do, and the last minute. */
export function LineBox({ call, onClose }: { call: Call; onClose: () => void }) {
  const t = text.value;
  const { line, above } = call;
  const state = above.state.value;
  const grade = gradeOf(line) ?? "gone";
  const view = line.view.value;
  const situation = line.situation.value;
  return (
    <Dialog title={state ? inside(t.lineTitle, t) : t.lineTitle} class="line-box" onClose={onClose}>
      <div>
        <div role="status">
          <Word grade={grade} />
        </div>
        <Detail line={line} />
      </div>
      <p>{situation ? saying(situation, micOf(call), t) : view && meaning(view, t)}</p>
      {state && (
        <p>
          <strong>{state[lang.value] || aboveWords(above, t)}</strong>
        </p>
      )}
      {view && <Panels view={view} trace={line.trace.value} gone={grade === "gone"} />}
      <p class="legend">
        <i class="loss" /> {t.plotLoss} <i class="left" /> {t.plotLeft} <i class="gone" /> {t.lineGone}
      </p>
      <div class="choices">
        <button class="button main" type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function Panels({ view, trace, gone }: { view: LineView; trace: Trace; gone: boolean }) {
  const t = text.value;
  const late = trace.map((m) => m?.late);
  const slowest = topOf(1000, late);
  const down = trace.map((m) => m?.kbpsDown);
  const up = trace.map((m) => m?.kbpsUp);
  const most = topOf(50, [...down, ...up]);
  const { kbps } = view;
  return (
    <div class="panels">
      {ways.map((way) => (
        <Panel key={way} name={t[`line${way}`]} now={!gone && lossWords(view.loss[way], t)}>
          <LossPlot trace={trace} ways={[way]} />
        </Panel>
      ))}
      <Panel name={t.lineLate} now={!gone && view.late !== undefined && t.seconds(view.late)}>
        <Plot trace={trace} top={t.seconds(slowest)}>
          <path class="curve" d={curve(late, slowest)} />
        </Plot>
      </Panel>
      <Panel name={t.lineRate} now={!gone && t.lineRates(kbps.Down, kbps.Up)}>
        <Plot trace={trace} top={`${most}`}>
          <path class="curve" d={curve(down, most)} />
          <path class="curve second" d={curve(up, most)} />
        </Plot>
      </Panel>
    </div>
  );
}

function Panel({ name, now, children }: { name: string; now: string | false; children: ComponentChildren }) {
  return (
    <figure>
      <figcaption>
        {name} <strong>{now}</strong>
      </figcaption>
      {children}
    </figure>
  );
}

/** Loss second by second, of the worse of these ways: a thin bar for what was lost, in it a wide one for what did not come back. */
function LossPlot({ trace, ways }: { trace: Trace; ways: readonly Way[] }) {
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
function Plot({ trace, top, children }: { trace: Trace; top: string; children: ComponentChildren }) {
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
