// The incident script, in plain words: if this happens, do that.

import { common } from "../common";
import { Tick } from "../fields";
import type { Do, Rule, When } from "../plan";
import type { SectionProps } from "./prepare";
import { words } from "./words";

const whens: When[] = ["dropped", "no-video", "late"];
const fitting: Record<When, Do[]> = {
  dropped: ["next-return", "wait", "warn"],
  "no-video": ["voice-only", "warn"],
  late: ["warn", "next-return"],
};

/** The section. */
export function Script({ plan, onPlan }: SectionProps) {
  const t = words.value;
  const script = plan.script ?? [];
  const put = (i: number, rule: Rule) => onPlan({ script: script.map((r, j) => (i === j ? rule : r)) });
  return (
    <section class="card" aria-labelledby="script-title">
      <h2 id="script-title">{t.scriptTitle}</h2>
      <p class="hint">{t.scriptLead}</p>
      <ol class="rules">
        {script.map((rule, i) => (
          <li key={i}>
            <RuleLine
              number={i + 1}
              rule={rule}
              onRule={(r) => put(i, r)}
              onRemove={() => onPlan({ script: script.filter((_, j) => i !== j) })}
            />
          </li>
        ))}
      </ol>
      <button
        class="button"
        type="button"
        onClick={() => onPlan({ script: [...script, { when: "late", after: 60, do: "warn" }] })}
      >
        {t.ruleAdd}
      </button>
    </section>
  );
}

interface RuleProps {
  number: number;
  rule: Rule;
  onRule: (rule: Rule) => void;
  onRemove: () => void;
}

function RuleLine({ number, rule, onRule, onRemove }: RuleProps) {
  const t = words.value;
  const dos = fitting[rule.when].includes(rule.do) ? fitting[rule.when] : [rule.do, ...fitting[rule.when]];
  return (
    <>
      <div class="row grow">
        <select
          aria-label={t.ruleWhen(number)}
          value={rule.when}
          onChange={(event) => {
            const when = event.currentTarget.value as When;
            onRule({ ...rule, when, do: fitting[when][0] });
          }}
        >
          {whens.map((when) => (
            <option key={when} value={when}>
              {t.whens[when]}
            </option>
          ))}
        </select>
        <select
          aria-label={t.ruleDo(number)}
          value={rule.do}
          onChange={(event) => onRule({ ...rule, do: event.currentTarget.value as Do })}
        >
          {dos.map((d) => (
            <option key={d} value={d}>
              {t.dos[d]}
            </option>
          ))}
        </select>
      </div>
      <div class="row">
        <label class="beside">
          {t.after}
          <input
            class="short"
            type="number"
            min={0}
            max={600}
            value={rule.after ?? ""}
            onInput={(event) => onRule({ ...rule, after: Math.trunc(Number(event.currentTarget.value)) || undefined })}
          />
        </label>
        <Tick label={t.auto} checked={rule.auto ?? false} onChange={(auto) => onRule({ ...rule, auto })} />
        <button class="button small" type="button" aria-label={t.ruleRemove(number)} onClick={onRemove}>
          {common.value.drop}
        </button>
      </div>
    </>
  );
}
