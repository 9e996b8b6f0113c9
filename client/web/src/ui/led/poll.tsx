import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { isOfficer, voterOf } from "../../meeting/rights";
import type { Choice, Poll } from "../../meeting/view";
import { ledText } from "./text";

export const choices: readonly Choice[] = ["for", "against", "other"];

/** A question with three large answers. */
export function PollCard({ call, poll, onClose }: { call: Call; poll: Poll; onClose: () => void }) {
  const t = ledText.value;
  const id = useId();
  const own = call.own.value;
  const votes = own && (own.role === "site" || isOfficer(own.role));
  const vote = own && poll.votes[voterOf(own)];
  const text = useSignal(vote?.text ?? "");
  const again = useSignal(false);
  const other = useSignal(false);
  const choose = (choice: Choice) => {
    other.value = choice === "other";
    again.value = false;
    if (choice !== "other") void call.do("vote", { poll: poll.id, choice });
  };
  if (vote && !poll.closed && !again.value && !other.value) {
    return (
      <section class="ask small">
        <p role="status">
          <strong>{t.voted(t[vote.choice])}</strong> {poll.question}
        </p>
        <button
          class="button"
          type="button"
          onClick={() => {
            again.value = true;
          }}
        >
          {t.voteAgain}
        </button>
      </section>
    );
  }
  return (
    <section class="ask" aria-labelledby={id}>
      <p class="ask-label" role="status">
        {poll.closed ? t.pollOver : t.poll}
      </p>
      <h2 id={id}>{poll.question}</h2>
      {poll.secret && <p>{t.secret}</p>}
      {poll.closed || !votes ? (
        <Counts poll={poll} />
      ) : (
        <div class="answers">
          {choices.map((choice) => (
            <button
              key={choice}
              class={`button answer ${choice}`}
              type="button"
              aria-pressed={vote?.choice === choice}
              onClick={() => choose(choice)}
            >
              {t[choice]}
            </button>
          ))}
        </div>
      )}
      {votes && other.value && !poll.closed && (
        <form
          class="line-form"
          onSubmit={(event) => {
            event.preventDefault();
            other.value = false;
            void call.do("vote", { poll: poll.id, choice: "other", text: text.value.trim() });
          }}
        >
          <input
            aria-label={t.otherText}
            placeholder={t.otherText}
            maxLength={500}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
          <button class="button main" type="submit">
            {t.send}
          </button>
        </form>
      )}
      {(poll.closed || !votes) && (
        <button class="button" type="button" onClick={onClose}>
          {t.close}
        </button>
      )}
    </section>
  );
}

/** How many chose what. */
export function Counts({ poll }: { poll: Poll }) {
  const t = ledText.value;
  const most = Math.max(1, ...choices.map((choice) => poll.counts[choice]));
  return (
    <dl class="counts-of">
      {choices.map((choice) => (
        <div key={choice}>
          <dt>{t[choice]}</dt>
          <dd>
            <span class="bar" style={{ "--share": poll.counts[choice] / most }} />
            <strong>{t.votes(poll.counts[choice])}</strong>
          </dd>
        </div>
      ))}
    </dl>
  );
}
