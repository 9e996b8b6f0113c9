import type { Call } from "../meeting/call";
import { BarsIcon } from "./icons";
import { text } from "./text";

const looks = {
  good: { bars: 3, words: "lineGood" },
  fair: { bars: 2, words: "lineFair" },
  poor: { bars: 1, words: "linePoor" },
  lost: { bars: 0, words: "lineLost" },
} as const;

/** The state of one's own line: a word for everyone, numbers for the one who asks on the telephone. */
export function LineView({ call }: { call: Call }) {
  const t = text.value;
  const line = call.line.value;
  const state = call.state.value;
  if (state === "connecting" || (state === "joined" && !line)) return <div class="line" />;
  const grade = state === "reconnecting" || !line ? "lost" : line.grade;
  const { bars, words } = looks[grade];
  return (
    <div class={`line ${grade}`}>
      <p class="line-word">
        <BarsIcon bars={bars} />
        {t[words]}
      </p>
      {line && grade !== "lost" && (
        <p class="line-numbers">
          <span>{t.lineLoss(line.numbers.loss)}</span>
          {line.numbers.recovered !== undefined && <span>{t.lineRecovered(line.numbers.recovered)}</span>}
          {line.numbers.delay !== undefined && <span>{t.lineDelay(line.numbers.delay)}</span>}
          <span>{t.lineRate(line.numbers.down, line.numbers.up)}</span>
        </p>
      )}
    </div>
  );
}
