import type { Call } from "../meeting/call";
import type { OwnLine } from "../meeting/ownline";
import { BarsIcon } from "./icons";
import { boxes } from "./parts";
import { text } from "./text";
import { aboveWords, detail, inside, isGone } from "./words";

const looks = {
  good: { bars: 3, words: "lineGood" },
  weak: { bars: 2, words: "lineWeak" },
  bad: { bars: 1, words: "lineBad" },
  gone: { bars: 0, words: "lineGone" },
} as const;

/** The grade of one's own line; undefined before it is known. */
export function gradeOf({ situation, view }: OwnLine): keyof typeof looks | undefined {
  return isGone(situation.value) ? "gone" : view.value?.grade;
}

/** The state of one's own line in the corner: a word, the number that matters, the last minute. A press shows more. */
export function LineButton({ call, onOpen }: { call: Call; onOpen: () => void }) {
  const { line, above } = call;
  const grade = gradeOf(line);
  const site = above.state.value !== undefined;
  const LossPlot = boxes.here.value?.LossPlot;
  return (
    <div class="line">
      {/* Only a change of the word is read aloud. */}
      <span class="unseen" role="status">
        {grade && wordOf(grade, site)}
      </span>
      {grade && (
        <button class={grade} type="button" aria-haspopup="dialog" onClick={onOpen}>
          {LossPlot && <LossPlot trace={line.trace.value} />}
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
