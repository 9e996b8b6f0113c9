import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { recall } from "../meeting/memory";
import type { Room } from "../meeting/room";
import { CheckIcon, MicIcon, SpeakerIcon } from "./icons";
import { share, useLevel } from "./level";
import { text } from "./text";
import { microphoneTrouble } from "./trouble";

const heardAt = 0.45; // share of the meter that a normal voice reaches
const reportEvery = 250; // ms

/** Choosing a microphone and seeing that it hears. */
export function MicrophoneCheck({ room }: { room: Room }) {
  const t = text.value;
  const { microphone, needsGesture } = room.sound.value;
  const trouble = microphoneTrouble(microphone);
  return (
    <section class="device" aria-labelledby="mic-title">
      <h2 id="mic-title">
        <MicIcon />
        {t.mic}
      </h2>
      {trouble ? (
        <>
          <p class="calm" role="status">
            {t[trouble]}
          </p>
          <button class="button" type="button" onClick={() => void room.openMicrophone()}>
            {t.retry}
          </button>
        </>
      ) : (
        <>
          <MicrophoneChoice room={room} />
          {needsGesture ? (
            <button class="button" type="button" onClick={() => void room.audio.resume()}>
              {t.micTap}
            </button>
          ) : (
            <Meter room={room} asking={microphone === "off"} />
          )}
        </>
      )}
    </section>
  );
}

function MicrophoneChoice({ room }: { room: Room }) {
  const t = text.value;
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const chosen = useSignal(recall("microphone") ?? "");
  const { microphone } = room.sound.value;
  useEffect(() => {
    const look = () => void room.audio.devices().then(({ microphones }) => setDevices(microphones));
    look();
    navigator.mediaDevices?.addEventListener("devicechange", look);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", look);
  }, [room, microphone]);
  const named = devices.filter((d) => d.deviceId !== "" && d.deviceId !== "default" && d.deviceId !== "communications");
  return (
    <select
      aria-label={t.mic}
      value={named.some((d) => d.deviceId === chosen.value) ? chosen.value : ""}
      onChange={(event) => {
        chosen.value = event.currentTarget.value;
        void room.openMicrophone(chosen.value);
      }}
    >
      <option value="">{t.micDefault}</option>
      {named.map((d, i) => (
        <option key={d.deviceId} value={d.deviceId}>
          {d.label || t.micNumber(i + 1)}
        </option>
      ))}
    </select>
  );
}

function Meter({ room, asking }: { room: Room; asking: boolean }) {
  const t = text.value;
  const percent = useSignal(0);
  const heard = useSignal(false);
  const bar = useLevel<HTMLDivElement>(() => room.audio.level);
  useEffect(() => {
    const timer = setInterval(() => {
      const level = share(room.audio.level);
      percent.value = Math.round(level * 100);
      heard.value ||= level >= heardAt;
    }, reportEvery);
    return () => clearInterval(timer);
  }, [room, percent, heard]);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn alike in all browsers */}
      <div
        ref={bar}
        class="meter"
        role="meter"
        aria-label={t.micLevel}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent.value}
      />
      <p class={`hint ${heard.value ? "good" : ""}`} role="status">
        {heard.value && <CheckIcon />}
        {asking ? t.micAsking : heard.value ? t.micWorks : t.micTry}
      </p>
    </>
  );
}

/** A test tone. */
export function LoudspeakerCheck({ room }: { room: Room }) {
  const t = text.value;
  const state = useSignal<"untried" | "playing" | "played">("untried");
  const play = async () => {
    state.value = "playing";
    if (room.sound.value.needsGesture) await room.audio.resume();
    await room.audio.testTone();
    state.value = "played";
  };
  return (
    <section class="device" aria-labelledby="speaker-title">
      <h2 id="speaker-title">
        <SpeakerIcon />
        {t.speaker}
      </h2>
      <button class={`button ${state.value}`} type="button" onClick={play} aria-disabled={state.value === "playing"}>
        {t.speakerTest}
      </button>
      <p class="hint" role="status">
        {state.value === "untried" ? t.speakerHint : t.speakerAfter}
      </p>
    </section>
  );
}
