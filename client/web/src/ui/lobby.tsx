import { useSignal } from "@preact/signals";
import type { Meeting } from "../meeting/api";
import { recall } from "../meeting/memory";
import type { Room } from "../meeting/room";
import { cleanName, nameProblem } from "../meeting/route";
import { LoudspeakerCheck, MicrophoneCheck } from "./devices";
import { Field } from "./field";
import { EarIcon, EnterIcon } from "./icons";
import { route } from "./navigation";
import { Shell } from "./shell";
import { text } from "./text";

/** Before the meeting: a name, a microphone that hears, a loudspeaker that sounds. */
export function Lobby({ room, meeting }: { room: Room; meeting: Meeting }) {
  const t = text.value;
  const name = useSignal(route.value.name || room.called || recall("name") || "");
  const muted = useSignal(route.value.muted);
  const problem = useSignal<"empty" | "long" | undefined>(undefined);
  const { microphone } = room.sound.value;
  const listens =
    microphone === "none" || microphone === "refused" || microphone === "busy" || microphone === "unsupported";
  const submit = (event: Event) => {
    event.preventDefault();
    problem.value = nameProblem(name.value);
    if (!problem.value) void room.join(cleanName(name.value), muted.value);
  };
  return (
    <Shell>
      <form class="card lobby" aria-labelledby="lobby-title" noValidate onSubmit={submit}>
        <div class="lobby-title">
          <p class="eyebrow">{t.lobbyTitle}</p>
          <h1 id="lobby-title">{meeting.title || t.untitled}</h1>
          <p class="code-line" translate={false}>
            {meeting.code}
          </p>
        </div>
        <div class="lobby-who">
          <Field
            label={t.nameLabel}
            placeholder={t.nameExample}
            value={name.value}
            error={problem.value && (problem.value === "empty" ? t.nameEmpty : t.nameLong)}
            onValue={(value) => {
              name.value = value;
              problem.value = undefined;
            }}
          />
        </div>
        <div class="lobby-devices">
          <MicrophoneCheck room={room} />
          <LoudspeakerCheck room={room} />
        </div>
        <div class="lobby-go">
          {!listens && (
            <label class="tick">
              <input
                type="checkbox"
                checked={muted.value}
                onChange={(event) => {
                  muted.value = event.currentTarget.checked;
                }}
              />
              {t.startMuted}
            </label>
          )}
          <button class="button main huge" type="submit">
            {listens ? <EarIcon /> : <EnterIcon />}
            {listens ? t.enterListen : t.enter}
          </button>
        </div>
      </form>
    </Shell>
  );
}
