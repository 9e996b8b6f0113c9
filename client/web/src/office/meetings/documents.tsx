// The documents of a meeting.

import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { ask, ofMeeting } from "../api";
import { sentenceOf, useDoing } from "../asked";
import { common } from "../common";
import { Alarm } from "../fields";
import type { Document } from "../plan";
import type { SectionProps } from "./prepare";
import { words } from "./words";

const largest = 20_000_000; // bytes

/** The section. A file goes up at once; it is part of the meeting when the plan is saved. */
export function Documents({ plan, onPlan, code }: SectionProps & { code?: string }) {
  const t = words.value;
  const id = useId();
  const tooBig = useSignal(false);
  const doing = useDoing();
  const documents = plan.documents ?? [];
  const send = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    tooBig.value = file !== undefined && file.size > largest;
    if (!file || !code || tooBig.value) return;
    await doing.run(async () => {
      const path = `${ofMeeting(code, "documents")}?name=${encodeURIComponent(file.name)}`;
      const sent = await ask<Document>("POST", path, file, { "Content-Type": "application/octet-stream" });
      onPlan({ documents: [...documents.filter((d) => d.hash !== sent.hash), sent] });
    });
    input.value = "";
  };
  return (
    <section class="card" aria-labelledby="documents-title">
      <h2 id="documents-title">{t.documentsTitle}</h2>
      <ul class="lines">
        {documents.map((d) => (
          <li key={d.hash}>
            <a href={ofMeeting(code ?? "", `documents/${d.hash}`)} target="_blank" rel="noreferrer">
              {d.name}
            </a>
            <span class="hint">{t.size(d.size)}</span>
            <button
              class="button small"
              type="button"
              aria-label={t.documentRemove(d.name)}
              onClick={() => onPlan({ documents: documents.filter((other) => other.hash !== d.hash) })}
            >
              {common.value.drop}
            </button>
          </li>
        ))}
      </ul>
      {code ? (
        <div class="field">
          <label for={id}>{t.documentAdd}</label>
          <input id={id} type="file" onChange={(event) => void send(event.currentTarget)} />
        </div>
      ) : (
        <p class="hint">{t.documentLater}</p>
      )}
      <p role="status">{doing.busy.value && t.documentSending}</p>
      {tooBig.value && <Alarm>{t.documentBig}</Alarm>}
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
    </section>
  );
}
