import type { Call } from "../../meeting/call";
import { timeOf, useEnd } from "./chat";
import { ledText } from "./text";

/** What is said, in the secretary's words: who hears nothing reads here. */
export function Notes({ call }: { call: Call }) {
  const t = ledText.value;
  const { notes } = call.view.value;
  const list = useEnd<HTMLDivElement>(notes.length);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
    <div ref={list} class="said notes" role="log" aria-label={t.tabNotes} tabIndex={0}>
      {notes.length === 0 && <p class="nothing">{t.notesEmpty}</p>}
      {notes.map(({ n, ms, text }) => (
        <div key={n}>
          <p class="small">{timeOf(call, ms)}</p>
          <p>{text}</p>
        </div>
      ))}
    </div>
  );
}
