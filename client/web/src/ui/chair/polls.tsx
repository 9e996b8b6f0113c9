import { useSignal } from "@preact/signals";
import { voterOf } from "../../meeting/rights";
import type { Poll } from "../../meeting/view";
import { Counts, choices } from "../led/poll";
import { ledText } from "../led/text";
import type { Desk } from "./desk";
import { chairText } from "./text";

/** Polls: a new one, those that are open, and what came of the others. */
export function Polls({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const { polls } = desk.call.view.value;
  return (
    <div class="panel-scroll">
      {desk.may("poll") && <NewPoll desk={desk} />}
      {polls.length === 0 && <p class="nothing">{t.pollEmpty}</p>}
      {[...polls].reverse().map((poll) => (
        <section key={poll.id} class="entry" aria-label={poll.question}>
          <p>
            <strong>{poll.question}</strong>
            {poll.secret && ` · ${t.secret}`}
          </p>
          <Counts poll={poll} />
          {!poll.closed && <Vote desk={desk} poll={poll} />}
          {!poll.closed && desk.may("poll") && (
            <button class="button" type="button" onClick={() => void desk.call.do("end-poll", { poll: poll.id })}>
              {t.endPoll}
            </button>
          )}
        </section>
      ))}
    </div>
  );
}

/** One's own vote. */
function Vote({ desk, poll }: { desk: Desk; poll: Poll }) {
  const led = ledText.value;
  const { own } = desk.call;
  const vote = own.value && poll.votes[voterOf(own.value)];
  return (
    <fieldset class="modes" aria-label={led.poll}>
      {choices.map((choice) => (
        <button
          key={choice}
          class="chip"
          type="button"
          aria-pressed={vote?.choice === choice}
          onClick={() => void desk.call.do("vote", { poll: poll.id, choice })}
        >
          {led[choice]}
        </button>
      ))}
    </fieldset>
  );
}

function NewPoll({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const question = useSignal("");
  const secret = useSignal(false);
  const ask = async (event: Event) => {
    event.preventDefault();
    if (question.value.trim() === "") return;
    if (await desk.call.do("poll", { question: question.value.trim(), secret: secret.value })) question.value = "";
  };
  return (
    <form class="entry-form" onSubmit={ask}>
      <label class="field">
        <span>{t.question}</span>
        <textarea
          rows={2}
          maxLength={500}
          value={question.value}
          onInput={(event) => {
            question.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="pair">
        <label class="tick">
          <input
            type="checkbox"
            checked={secret.value}
            onChange={(event) => {
              secret.value = event.currentTarget.checked;
            }}
          />
          {t.secret}
        </label>
        <button class="button main" type="submit">
          {t.ask}
        </button>
      </div>
    </form>
  );
}
