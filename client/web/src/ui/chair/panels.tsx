import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Chat } from "../led/chat";
import { Notes } from "../led/notes";
import { Tabs, useFreshLines } from "../led/side";
import { ledText } from "../led/text";
import { Conclude } from "./conclude";
import type { Desk } from "./desk";
import { Polls } from "./polls";
import { Reports } from "./reports";
import { RollCall } from "./rollcall";
import { chairText } from "./text";

/** The meeting's business: attendance, decisions, what is written. */
export function Panels({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const led = ledText.value;
  const { call } = desk;
  const { chat, notes, reports } = call.view.value;
  const open = useSignal(call.own.value?.role === "secretary" ? "notes" : "roll");
  const freshChat = useFreshLines(open.value === "chat", chat);
  const freshNotes = useFreshLines(open.value === "notes", notes);
  return (
    <section class="desk-panels side" aria-label={t.panels}>
      <Tabs
        label={t.panels}
        open={open.value}
        onOpen={(id) => {
          open.value = id;
        }}
        tabs={[
          { id: "roll", name: t.roll, body: () => <RollCall desk={desk} /> },
          { id: "chat", name: led.tabChat, fresh: freshChat, body: () => <Chat call={call} /> },
          { id: "notes", name: led.tabNotes, fresh: freshNotes, body: () => <LiveNotes desk={desk} /> },
          { id: "polls", name: t.polls, body: () => <Polls desk={desk} /> },
          { id: "work", name: t.work, body: () => <Conclude desk={desk} /> },
          ...(reports?.length ? [{ id: "reports", name: t.reports, body: () => <Reports desk={desk} /> }] : []),
          { id: "notices", name: t.notices, body: () => <Notices desk={desk} /> },
        ]}
      />
    </section>
  );
}

/** The secretary writes what is said, a line at a time. */
function LiveNotes({ desk }: { desk: Desk }) {
  const t = chairText.value;
  return (
    <div class="chat">
      <Notes call={desk.call} />
      {desk.may("note") && (
        <OneLine label={t.note} yes={t.add} onSend={(words) => desk.call.do("note", { text: words })} />
      )}
    </div>
  );
}

/** Notices that stay on every screen. */
function Notices({ desk }: { desk: Desk }) {
  const t = chairText.value;
  const { notices } = desk.call.view.value;
  return (
    <div class="panel-scroll">
      {desk.may("notice") && (
        <OneLine label={t.notice} yes={t.put} onSend={(words) => desk.call.do("notice", { text: words })} />
      )}
      {notices.length === 0 && <p class="nothing">{t.noticeEmpty}</p>}
      {notices.map(({ id, text }) => (
        <section key={id} class="entry" aria-label={text}>
          <p>{text}</p>
          {desk.may("notice") && (
            <button class="button" type="button" onClick={() => void desk.call.do("unnotice", { notice: id })}>
              {t.takeDown}
            </button>
          )}
        </section>
      ))}
    </div>
  );
}

interface OneLineProps {
  label: string;
  yes: ComponentChildren;
  onSend: (words: string) => Promise<boolean>;
}

/** A line to write. It is empty again once it was sent, and back if it was refused. */
function OneLine({ label, yes, onSend }: OneLineProps) {
  const words = useSignal("");
  const send = async (event: Event) => {
    event.preventDefault();
    const said = words.value.trim();
    if (said === "") return;
    words.value = "";
    if (!(await onSend(said)) && words.value === "") words.value = said;
  };
  return (
    <form class="line-form" onSubmit={send}>
      <input
        aria-label={label}
        placeholder={label}
        maxLength={1000}
        value={words.value}
        onInput={(event) => {
          words.value = event.currentTarget.value;
        }}
      />
      <button class="button" type="submit">
        {yes}
      </button>
    </form>
  );
}
