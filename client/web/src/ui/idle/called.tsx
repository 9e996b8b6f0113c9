import type { Ring } from "../../transport/await";
import { Dialog } from "../dialog";
import { EnterIcon } from "../icons";
import { idleText } from "./text";

/** This room is called: nothing else is on the page. */
export function Called({ ring, onAnswer }: { ring: Ring; onAnswer: (enters: boolean) => void }) {
  const t = idleText.value;
  return (
    <Dialog title={t.ring} class="called" onClose={() => onAnswer(false)}>
      <p class="called-title" role="alert">
        {ring.title || t.untitled}
      </p>
      {ring.text && <p class="called-text">{ring.text}</p>}
      <div class="choices">
        <button class="button main huge" type="button" onClick={() => onAnswer(true)}>
          <EnterIcon />
          {t.enter}
        </button>
        <button class="button huge" type="button" onClick={() => onAnswer(false)}>
          {t.seen}
        </button>
      </div>
    </Dialog>
  );
}
