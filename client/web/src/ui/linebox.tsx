import type { ComponentChildren } from "preact";
import type { Call } from "../meeting/call";
import type { LineView } from "../meeting/line";
import { boxText } from "./boxtext";
import { meaning } from "./boxwords";
import { Dialog } from "./dialog";
import { Detail, gradeOf, Word } from "./line";
import css from "./linebox.css?inline";
import { LossPlot, Plot, type Trace, ways } from "./lineplot";
import { adopt } from "./parts";
import { curve, topOf } from "./plot";
import { lang, text } from "./text";
import { aboveWords, inside, lossWords, micOf, saying } from "./words";

adopt(css);

/** The state of one's own line in large: what it means, what there is to do, and the last minute. */
export function LineBox({ call, onClose }: { call: Call; onClose: () => void }) {
  const t = text.value;
  const b = boxText.value;
  const { line, above } = call;
  const state = above.state.value;
  const grade = gradeOf(line) ?? "gone";
  const view = line.view.value;
  const situation = line.situation.value;
  return (
    <Dialog title={state ? inside(b.lineTitle, t) : b.lineTitle} class="line-box" onClose={onClose}>
      <div>
        <div role="status">
          <Word grade={grade} />
        </div>
        <Detail line={line} />
      </div>
      <p>{situation ? saying(situation, micOf(call), t) : view && meaning(view, b)}</p>
      {state && (
        <p>
          <strong>{state[lang.value] || aboveWords(above, t)}</strong>
        </p>
      )}
      {view && <Panels view={view} trace={line.trace.value} gone={grade === "gone"} />}
      <p class="legend">
        <i class="loss" /> {b.plotLoss} <i class="left" /> {b.plotLeft} <i class="gone" /> {t.lineGone}
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
  const b = boxText.value;
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
      <Panel name={b.lineRate} now={!gone && b.lineRates(kbps.Down, kbps.Up)}>
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
