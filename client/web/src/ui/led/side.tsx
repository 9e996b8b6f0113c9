import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { isWaiting } from "../../meeting/rights";
import type { View } from "../../meeting/view";
import { Attendance } from "../seats";
import { Chat } from "./chat";
import { Notes } from "./notes";
import { ledText } from "./text";
import { Work } from "./work";

/** One of several panels. new is how much in it has not been seen. */
export interface Tab {
  id: string;
  name: string;
  fresh?: number;
  body: () => ComponentChildren;
}

/** Panels of which one is shown. */
export function Tabs({
  label,
  tabs,
  open,
  onOpen,
}: {
  label: string;
  tabs: Tab[];
  open: string;
  onOpen: (id: string) => void;
}) {
  const t = ledText.value;
  const prefix = useId();
  const at = Math.max(
    0,
    tabs.findIndex(({ id }) => id === open),
  );
  const move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = tabs[(at + by + tabs.length) % tabs.length];
    onOpen(next.id);
    document.getElementById(`${prefix}-${next.id}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ id, name, fresh = 0 }, i) => (
          <button
            key={id}
            id={`${prefix}-${id}`}
            type="button"
            role="tab"
            aria-selected={i === at}
            aria-controls={`${prefix}-panel`}
            tabIndex={i === at ? 0 : -1}
            onClick={() => onOpen(id)}
          >
            {name}
            {fresh > 0 && i !== at && (
              <span class="fresh">
                {fresh} <span class="unseen">{t.unread(fresh)}</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div class="panel" id={`${prefix}-panel`} role="tabpanel" aria-labelledby={`${prefix}-${tabs[at].id}`}>
        {tabs[at].body()}
      </div>
    </>
  );
}

/** How much came since a panel was last open. */
export function useFresh(open: boolean, length: number): number {
  const seen = useSignal(length);
  useEffect(() => {
    if (open) seen.value = length;
  }, [open, length, seen]);
  return open ? 0 : length - seen.value;
}

const last = (list: View["chat"] | View["notes"]) => list.at(-1)?.n ?? 0;
const since = (list: readonly { n: number }[], n: number) => list.filter((line) => line.n > n).length;

/** Counts lines that came since a panel was last open; lists forget their beginning, so lines are told by number. */
export function useFreshLines(open: boolean, list: View["chat"] | View["notes"]): number {
  const seen = useSignal(last(list));
  const newest = last(list);
  useEffect(() => {
    if (open) seen.value = newest;
  }, [open, newest, seen]);
  return open ? 0 : since(list, seen.value);
}

/** Beside the floor: who is here, what is written. */
export function Side({ call }: { call: Call }) {
  const t = ledText.value;
  const open = useSignal("seats");
  const { chat, notes, conclusions } = call.view.value;
  const freshChat = useFreshLines(open.value === "chat", chat);
  const freshNotes = useFreshLines(open.value === "notes", notes);
  const freshWork = useFresh(open.value === "work", conclusions.length);
  if (isWaiting(call.own.value)) return <Attendance call={call} />;
  const tabs: Tab[] = [
    { id: "seats", name: t.tabSeats, body: () => <Attendance call={call} /> },
    { id: "chat", name: t.tabChat, fresh: freshChat, body: () => <Chat call={call} /> },
    { id: "notes", name: t.tabNotes, fresh: freshNotes, body: () => <Notes call={call} /> },
  ];
  if (conclusions.length > 0)
    tabs.push({ id: "work", name: t.tabWork, fresh: freshWork, body: () => <Work call={call} /> });
  return (
    <aside class="side" aria-label={t.side}>
      <Tabs
        label={t.side}
        tabs={tabs}
        open={open.value}
        onOpen={(id) => {
          open.value = id;
        }}
      />
    </aside>
  );
}
