import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Call } from "../../meeting/call";
import type { Presence } from "../../meeting/view";
import { Field } from "../field";
import { ledText } from "./text";

const most = 999;

/** Asks a site how many people are there, and who. */
export function RollCard({ call, present }: { call: Call; present?: Presence }) {
  const t = ledText.value;
  const id = useId();
  const count = useSignal(present ? `${present.headcount}` : "");
  const names = useSignal(present?.names ?? "");
  const bad = useSignal(false);
  const editing = useSignal(!present);
  const send = async (event: Event) => {
    event.preventDefault();
    const headcount = /^\s*\d{1,3}\s*$/.test(count.value) ? Number(count.value) : most + 1;
    bad.value = headcount > most;
    if (bad.value) return;
    if (await call.do("present", { headcount, names: names.value.trim() })) editing.value = false;
  };
  if (present && !editing.value) {
    return (
      <section class="ask small">
        <p role="status">
          <strong>{t.rollSent(present.headcount)}</strong>
        </p>
        <button
          class="button"
          type="button"
          onClick={() => {
            editing.value = true;
          }}
        >
          {t.rollAgain}
        </button>
      </section>
    );
  }
  return (
    <form class="ask" aria-labelledby={id} noValidate onSubmit={send}>
      <p class="ask-label">{t.rollTitle}</p>
      <h2 id={id}>{t.rollText}</h2>
      <div class="roll-fields">
        <Field
          label={t.headcount}
          value={count.value}
          error={bad.value ? t.headcountBad : undefined}
          onValue={(value) => {
            count.value = value;
            bad.value = false;
          }}
        />
        <label class="field">
          <span>{t.names}</span>
          <textarea
            rows={2}
            maxLength={4000}
            value={names.value}
            onInput={(event) => {
              names.value = event.currentTarget.value;
            }}
          />
        </label>
      </div>
      <button class="button main" type="submit">
        {t.rollSend}
      </button>
    </form>
  );
}
