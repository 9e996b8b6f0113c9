import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { isOfficer } from "../../meeting/rights";
import type { Said } from "../../meeting/view";
import { SendIcon } from "../moreicons";
import { lang } from "../text";
import { ledText } from "./text";

/** When something was said, as a clock shows it. Meeting milliseconds are told from now. */
export function timeOf(call: Call, ms: number): string {
  const at = new Date(Date.now() - (call.now() - ms));
  return at.toLocaleTimeString(lang.value, { hour: "2-digit", minute: "2-digit" });
}

/** A list that stays at its end, unless one has scrolled back. */
export function useEnd<T extends HTMLElement>(length: number) {
  const ref = useRef<T>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const list = ref.current;
    const look = () => {
      if (list) atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    };
    list?.addEventListener("scroll", look);
    return () => list?.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (atEnd.current) ref.current?.scrollTo(0, ref.current.scrollHeight);
  }, [length]);
  return ref;
}

/** What is written to all, and among those who lead. */
export function Chat({ call }: { call: Call }) {
  const t = ledText.value;
  const { chat } = call.view.value;
  const list = useEnd<HTMLDivElement>(chat.length);
  return (
    <div class="chat">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard */}
      <div ref={list} class="said" role="log" aria-label={t.tabChat} tabIndex={0}>
        {chat.length === 0 && <p class="nothing">{t.chatEmpty}</p>}
        {chat.map((line) => (
          <Line key={line.n} call={call} line={line} />
        ))}
      </div>
      <Write call={call} />
    </div>
  );
}

function Line({ call, line }: { call: Call; line: Said }) {
  const t = ledText.value;
  return (
    <div class={`${line.seat === call.you.value ? "mine" : ""} ${line.to}`}>
      <p class="small">
        <strong>{line.name || t.office}</strong>
        {line.to === "table" && ` → ${t.table}`} · {timeOf(call, line.ms)}
      </p>
      <p>{line.text}</p>
    </div>
  );
}

function Write({ call }: { call: Call }) {
  const t = ledText.value;
  const text = useSignal("");
  const table = useSignal(false);
  const officer = isOfficer(call.own.value?.role);
  const send = async (event: Event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (said === "") return;
    text.value = "";
    if (!(await call.do("say", { to: officer && table.value ? "table" : "all", text: said })) && text.value === "")
      text.value = said; // refused: it can be mended
  };
  return (
    <form class="line-form" onSubmit={send}>
      {officer && (
        <fieldset class="switch" aria-label={t.sendTo}>
          {[false, true].map((to) => (
            <button
              key={`${to}`}
              class="chip"
              type="button"
              aria-pressed={table.value === to}
              onClick={() => {
                table.value = to;
              }}
            >
              {to ? t.toTable : t.toAll}
            </button>
          ))}
        </fieldset>
      )}
      <input
        aria-label={t.chatLabel}
        placeholder={t.chatLabel}
        maxLength={1000}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <button class="button" type="submit" aria-label={t.send}>
        <SendIcon />
      </button>
    </form>
  );
}
