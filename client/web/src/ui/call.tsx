import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Call } from "../meeting/call";
import { isOfficer } from "../meeting/rights";
import type { Room } from "../meeting/room";
import type { Box } from "./boxes";
import { Controls } from "./controls";
import { Floor } from "./floor";
import { useShortcuts } from "./keys";
import { LineButton } from "./line";
import { route } from "./navigation";
import { boxes, chair, led, practice, video } from "./parts";
import { Attendance } from "./seats";
import { LangSwitch } from "./shell";
import { lang, text } from "./text";
import { isGone, micOf, saying, strip } from "./words";

/** The meeting itself: made for a television across the room. */
export function CallPage({ room, call }: { room: Room; call: Call }) {
  const t = text.value;
  const box = useSignal<Box | undefined>(undefined);
  const title = call.title.value || t.untitled;
  const Boxes = boxes.here.value?.Boxes;
  const open = (wanted: Box) => {
    boxes.want();
    // Who presses twice wants to go, though the question has not come over the line.
    if (wanted === "leave" && box.value === wanted && !Boxes) room.leave();
    box.value = wanted;
  };
  const close = () => {
    box.value = undefined;
  };
  useShortcuts({ mute: () => call.mic.press(), help: () => open("keys") });
  useWakeLock();
  useParts(call);
  useEffect(() => {
    document.title = `${title} · ${t.appName}`;
  }, [title, t]);
  const Led = led.here.value;
  const Video = video.here.value;
  const Console = isOfficer(call.own.value?.role) ? chair.here.value?.Console : undefined;
  const Practice = practice.here.value?.Exercises;
  return (
    <div class={Console ? "call leads" : "call"}>
      <header class="callbar">
        <h1>{title}</h1>
        <LineButton call={call} onOpen={() => open("line")} />
        <LangSwitch />
      </header>
      <div class="tops">
        <Banner call={call} />
        {Led && <Led.Strip call={call} />}
      </div>
      <main class="floor-and-seats">
        {Video && <Video.Screen call={call} />}
        {Console ? (
          <Console call={call} />
        ) : Led ? (
          <>
            <Led.Stage room={room} call={call} />
            <Led.Side call={call} />
          </>
        ) : (
          <>
            <Floor call={call} />
            <Attendance call={call} />
          </>
        )}
      </main>
      <Controls room={room} call={call} onBox={open} />
      {Led && <Led.Unseen call={call} />}
      {Practice && <Practice call={call} />}
      {box.value && Boxes && <Boxes box={box.value} room={room} call={call} title={title} onClose={close} />}
    </div>
  );
}

const voiceFirst = 3000; // ms from the welcome: what is heard goes before what is read

/** Fetches what a led meeting needs, behind the voice; for those who lead it at once. */
function useParts(call: Call): void {
  const joined = call.you.value !== undefined;
  const whole = led.here.value?.whole;
  useEffect(() => {
    if (whole) call.learn(whole);
  }, [call, whole]);
  const leads = isOfficer(call.own.value?.role);
  useEffect(() => {
    if (!joined) return;
    if (leads) chair.want();
    if (route.value.practice) practice.want();
    const timer = setTimeout(
      () => {
        led.want();
        boxes.want();
        video.want();
      },
      leads ? 0 : voiceFirst,
    );
    return () => clearTimeout(timer);
  }, [joined, leads]);
}

/** One calm sentence on what happens to the line, here or above a site, or what the relay has to say; and what a site has to mend. */
function Banner({ call }: { call: Call }) {
  const t = text.value;
  const situation = call.line.situation.value;
  const above = call.above.strip.value;
  const own = situation && saying(situation, micOf(call), t);
  // The line above matters less while this page has none at all, but more than that this page's is back.
  const first = isGone(situation) || situation?.kind === "connecting" ? own : undefined;
  const said = above && strip(above, lang.value, t);
  const mends = above?.kind === "mend";
  const sentence = own ?? call.error.value?.[lang.value];
  return (
    <div class="banner" role="status">
      {said && !mends && !first ? <p class={above.kind}>{said}</p> : sentence && <p>{sentence}</p>}
      {mends && (
        <p class="mend">
          <span>{said}</span>
          <button type="button" aria-label={t.close} onClick={() => call.above.close()}>
            ×
          </button>
        </p>
      )}
    </div>
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
