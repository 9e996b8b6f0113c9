import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../meeting/call";
import type { Room } from "../meeting/room";
import { type Box, Boxes } from "./boxes";
import { Controls } from "./controls";
import { Floor } from "./floor";
import { useShortcuts } from "./keys";
import { LineView } from "./line";
import { Attendance } from "./seats";
import { LangSwitch } from "./shell";
import { lang, text } from "./text";

/** The meeting itself: made for a television across the room. */
export function CallPage({ room, call }: { room: Room; call: Call }) {
  const t = text.value;
  const box = useSignal<Box | undefined>(undefined);
  const title = call.title.value || t.untitled;
  useShortcuts({
    mute: () => call.setMuted(!call.muted.value),
    help: () => {
      box.value = "keys";
    },
  });
  useWakeLock();
  useEffect(() => {
    document.title = `${title} · ${t.appName}`;
  }, [title, t]);
  return (
    <div class="call">
      <header class="callbar">
        <h1>{title}</h1>
        <LineView call={call} />
        <LangSwitch />
      </header>
      <Banner call={call} />
      <main class="floor-and-seats">
        <Floor call={call} />
        <Attendance call={call} />
      </main>
      <Controls
        room={room}
        call={call}
        onBox={(wanted) => {
          box.value = wanted;
        }}
      />
      <Announcer call={call} />
      {box.value && (
        <Boxes
          box={box.value}
          room={room}
          title={title}
          onClose={() => {
            box.value = undefined;
          }}
        />
      )}
    </div>
  );
}

/** One calm sentence while the line is gone, or what the relay has to say. */
function Banner({ call }: { call: Call }) {
  const t = text.value;
  const state = call.state.value;
  const error = call.error.value;
  const sentence = state === "joined" ? error?.[lang.value] : state === "connecting" ? t.connecting : t.reconnecting;
  return (
    <div class="banner" role="status">
      {sentence && <p>{sentence}</p>}
    </div>
  );
}

/** Says who came and went to those who cannot see it. */
function Announcer({ call }: { call: Call }) {
  const t = text.value;
  const notice = call.notice.value;
  const said = notice && [
    notice.joined.length > 0 && t.joined(notice.joined),
    notice.left.length > 0 && t.left(notice.left),
  ];
  return (
    <p class="unseen" aria-live="polite">
      {said?.filter(Boolean).join(" ")}
    </p>
  );
}

/** Keeps the television from going dark; a browser that cannot is no worse than before. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let over = false;
    const take = async () => {
      if (document.visibilityState !== "visible") return;
      lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
      if (over) await lock?.release();
    };
    void take();
    document.addEventListener("visibilitychange", take);
    return () => {
      over = true;
      document.removeEventListener("visibilitychange", take);
      void lock?.release();
    };
  }, []);
}
