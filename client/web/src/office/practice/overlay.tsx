// The list of exercises beside a meeting in the rehearsal room. It only looks on: each is ticked when the meeting shows that it was done.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { CheckIcon } from "../../ui/icons";
import { adopt } from "../../ui/parts";
import { doneBetween, type Exercise, exercisesFor, type Glimpse } from "./exercises";
import css from "./practice.css?inline";
import { words } from "./words";

adopt(css);

/** The list; the first that is not done yet is explained. */
export function Exercises({ call }: { call: Call }) {
  const t = words.value;
  const open = useSignal(true);
  const done = useSignal<ReadonlySet<Exercise>>(new Set());
  const said = useSignal("");
  const before = useRef<Glimpse | undefined>(undefined);
  const now: Glimpse = { view: call.view.value, you: call.you.value ?? "", muted: call.mic.muted.value };
  const { view, you, muted } = now;
  useEffect(() => {
    const here = { view, you, muted };
    if (you === "") return;
    const all = exercisesFor(here);
    const fresh = doneBetween(before.current ?? here, here).filter((e) => all.includes(e) && !done.peek().has(e));
    before.current = here;
    if (fresh.length === 0) return;
    done.value = new Set([...done.peek(), ...fresh]);
    said.value = fresh.map((e) => words.peek().didIt(words.peek().exercises[e].title)).join(" ");
  }, [view, you, muted, done, said]);
  if (you === "") return null;
  const all = exercisesFor(now);
  const next = all.find((e) => !done.value.has(e));
  const count = all.filter((e) => done.value.has(e)).length;
  return (
    <aside class={`practice ${open.value ? "open" : ""}`} aria-label={t.list}>
      <div class="practice-head">
        <strong>{t.list}</strong>
        <span>{t.count(count, all.length)}</span>
        <button class="button" type="button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>
          {open.value ? t.hide : t.show}
        </button>
      </div>
      <p class="unseen" role="status">
        {said.value}
      </p>
      {next && (
        <p class="practice-next">
          <strong>{t.exercises[next].title}</strong>
          {t.exercises[next].how}
        </p>
      )}
      {open.value && (
        <ol>
          {all.map((e) => (
            <li key={e} class={done.value.has(e) ? "done" : ""} aria-current={e === next ? "step" : undefined}>
              <span class="box">{done.value.has(e) && <CheckIcon />}</span>
              {t.exercises[e].title}
            </li>
          ))}
        </ol>
      )}
      {!next && (
        <>
          <p>{t.finished}</p>
          <button class="button" type="button" onClick={() => (done.value = new Set())}>
            {t.again}
          </button>
        </>
      )}
    </aside>
  );
}
