// The minutes: written from the log, corrected by the secretary, made final.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lang } from "../../ui/text";
import { act, ask, ofMeeting } from "../api";
import { sentenceOf, useAsked, useDoing } from "../asked";
import { common } from "../common";
import { Alarm, Area } from "../fields";
import { Await, Confirm } from "../frame";
import type { Known } from "../meetings/api";
import { guard } from "../place";
import { inWords } from "../when";
import { Drawn } from "./drawn";
import { words } from "./words";

const largest = 40_000; // bytes

/** The minutes as the server has them: the final text, the secretary's, or one made from the log. */
interface Written {
  text: string;
  final?: string; // its hash
  intact?: boolean; // the text has that hash
}

/** The editor with what it will look like beside it, or the final text. */
export function Minutes({ known, onChange }: { known: Known; onChange: () => Promise<void> }) {
  const t = words.value;
  const { code } = known;
  const final = known.minutes?.final;
  const asked = useAsked(
    () => ask<Written>("GET", ofMeeting(code, `minutes?format=json&${inWords(lang.value)}`)),
    `${code} ${final ?? ""}`,
  );
  return (
    <section class="card" aria-labelledby="minutes-title">
      <h2 id="minutes-title">{t.minutes}</h2>
      {final ? (
        <p class="calm" role="status">
          <strong>{t.finalised}</strong> {t.hash}: <code translate={false}>{final}</code>
        </p>
      ) : (
        <p class="lead">{known.closed ? t.minutesLead : t.notClosed}</p>
      )}
      <div class="row">
        <a
          class="button"
          href={ofMeeting(code, `minutes?format=html&${inWords(lang.value)}`)}
          target="_blank"
          rel="noreferrer"
        >
          {t.printMinutes}
        </a>
        <a class="button" href={ofMeeting(code, `minutes?format=md&${inWords(lang.value)}`)} download={`${code}.md`}>
          {t.md}
        </a>
        <a class="button" href={ofMeeting(code, `minutes?format=csv&${inWords(lang.value)}`)} download={`${code}.csv`}>
          {t.csv}
        </a>
      </div>
      <Await asked={asked}>
        {({ text }) => (final ? <Drawn text={text} /> : <Editor known={known} text={text} onChange={onChange} />)}
      </Await>
    </section>
  );
}

function Editor({ known, text, onChange }: { known: Known; text: string; onChange: () => Promise<void> }) {
  const t = words.value;
  const c = common.value;
  const now = useSignal(text);
  const kept = useSignal(text);
  const said = useSignal(false);
  const asks = useSignal(false);
  const doing = useDoing();
  const changed = now.value !== kept.value;
  const bytes = new TextEncoder().encode(now.value).length;
  useEffect(() => {
    guard(changed ? () => confirm(common.value.unsaved) : undefined);
    return () => guard(undefined);
  }, [changed]);
  const save = async () => {
    await act(known.code, { act: "minute", text: now.value });
    kept.value = now.value;
  };
  const finalise = async () => {
    // What is not edited is put down too: it is this text that becomes final.
    await save();
    await act(known.code, { act: "finalise" });
    await onChange();
  };
  return (
    <form
      class="stack"
      noValidate
      onSubmit={async (event) => {
        event.preventDefault();
        if (bytes <= largest) said.value = await doing.run(save);
      }}
    >
      <div class="halves">
        <Area
          label={t.text}
          hint={t.textHint}
          rows={24}
          value={now.value}
          error={bytes > largest ? t.tooLong(Math.ceil(bytes / 1000)) : undefined}
          onValue={(v) => {
            now.value = v;
            said.value = false;
          }}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by the keyboard, too */}
        <section class="preview" tabIndex={0} aria-label={t.preview}>
          <p class="hint">{t.preview}</p>
          <Drawn text={now.value} />
        </section>
      </div>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <div class="row-end">
        <p class="good" role="status">
          {said.value && c.saved}
        </p>
        <button
          class="button"
          type="button"
          aria-disabled={bytes > largest}
          onClick={() => (asks.value = bytes <= largest)}
        >
          {t.finalise}
        </button>
        <button class="button main" type="submit" aria-disabled={doing.busy.value || !changed}>
          {c.save}
        </button>
      </div>
      {asks.value && (
        <Confirm title={t.finaliseTitle} does={t.finalise} onDo={finalise} onClose={() => (asks.value = false)}>
          <p>{t.finaliseText}</p>
          {changed && <p class="calm">{t.finaliseSave}</p>}
        </Confirm>
      )}
    </form>
  );
}
