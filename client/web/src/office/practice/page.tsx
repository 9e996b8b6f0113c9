// The door of the rehearsal room: a meeting of one's own, with made-up sites, on demand.

import { useSignal } from "@preact/signals";
import { EnterIcon } from "../../ui/icons";
import { text } from "../../ui/text";
import { ask } from "../api";
import { sentenceOf, useDoing } from "../asked";
import { Alarm } from "../fields";
import { Sheet } from "../frame";
import { practicePath } from "./path";
import { words } from "./words";

/** What one rehearses. */
type Part = "site" | "chair";

/** The page. */
export function PracticePage() {
  const t = words.value;
  const doing = useDoing();
  const chosen = useSignal<Part | undefined>(undefined);
  const begin = (role: Part) => {
    chosen.value = role;
    void doing.run(async () => {
      const { link } = await ask<{ code: string; link: string }>("POST", "/api/practice", { role });
      location.assign(practicePath(link, location.href));
    });
  };
  return (
    <Sheet title={t.title} tagline={text.value.tagline}>
      <p class="lead">{t.lead}</p>
      <Way title={t.asSite} hint={t.asSiteHint} main busy={doing.busy.value} onBegin={() => begin("site")} />
      <Way title={t.asChair} hint={t.asChairHint} busy={doing.busy.value} onBegin={() => begin("chair")} />
      <p role="status">{doing.busy.value && t.opening}</p>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
    </Sheet>
  );
}

interface WayProps {
  title: string;
  hint: string;
  main?: boolean;
  busy: boolean;
  onBegin: () => void;
}

function Way({ title, hint, main, busy, onBegin }: WayProps) {
  return (
    <div class="stack">
      <button class={`button ${main ? "main huge" : ""}`} type="button" aria-disabled={busy} onClick={onBegin}>
        <EnterIcon />
        {title}
      </button>
      <p class="hint">{hint}</p>
    </div>
  );
}
