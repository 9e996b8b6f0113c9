import type { Call } from "../../meeting/call";
import { isWaiting } from "../../meeting/rights";
import { HandIcon } from "../moreicons";
import { ledText } from "./text";

/** Asks for the floor, and says how long one still waits. */
export function Hand({ call }: { call: Call }) {
  const t = ledText.value;
  const { floor, closed } = call.view.value;
  const own = call.own.value;
  if (!own || !mayRaise(call) || closed || floor.holder === own.id) return null;
  const at = floor.queue.findIndex(({ seat }) => seat === own.id);
  const up = at >= 0;
  return (
    <div class="hand">
      {up && <Reasons call={call} reason={floor.queue[at].reason} />}
      <button class={`button raise ${up ? "up" : ""}`} type="button" aria-pressed={up} onClick={() => toggleHand(call)}>
        <HandIcon />
        <span class="mute-words">
          <strong>{up ? t.place(at + 1) : t.raise}</strong>
          <span>
            {up ? t.lower : t.raiseWhy} <kbd>H</kbd>
          </span>
        </span>
      </button>
    </div>
  );
}

function mayRaise({ own }: Call): boolean {
  const role = own.value?.role;
  return !isWaiting(own.value) && role !== "observer" && role !== "chair" && role !== "deputy";
}

/** Raises one's hand, or lowers it. */
export function toggleHand(call: Call): void {
  const own = call.you.value;
  const { queue, holder } = call.view.value.floor;
  if (!mayRaise(call) || holder === own) return;
  void call.do(queue.some(({ seat }) => seat === own) ? "lower" : "raise");
}

/** Why: it can be said once the hand is up. */
function Reasons({ call, reason }: { call: Call; reason?: string }) {
  const t = ledText.value;
  return (
    <fieldset class="reasons">
      <legend>{t.reason}</legend>
      {t.reasons.map((words) => (
        <button
          key={words}
          class="chip"
          type="button"
          aria-pressed={words === reason}
          onClick={() => void call.do("raise", { reason: words })}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
