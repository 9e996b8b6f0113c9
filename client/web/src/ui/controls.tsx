import type { Call } from "../meeting/call";
import type { Room } from "../meeting/room";
import type { Box } from "./boxes";
import { EarIcon, InviteIcon, KeysIcon, LeaveIcon, MicIcon, MicOffIcon } from "./icons";
import { useLevel } from "./level";
import { led, video } from "./parts";
import { text } from "./text";
import { microphoneTrouble } from "./trouble";

/** The row of buttons: one that matters, three that are seldom needed. */
export function Controls({ room, call, onBox }: { room: Room; call: Call; onBox: (box: Box) => void }) {
  const t = text.value;
  const Hand = led.here.value?.Hand;
  const Tools = video.here.value?.Tools;
  return (
    <footer class="controls">
      <MuteButton room={room} call={call} />
      {Hand && <Hand call={call} />}
      {Tools && <Tools call={call} />}
      <div class="seldom">
        <button class="button" type="button" onClick={() => onBox("invite")}>
          <InviteIcon />
          {t.share}
        </button>
        <button class="button keys" type="button" onClick={() => onBox("keys")}>
          <KeysIcon />
          {t.keys}
        </button>
        <button class="button leave" type="button" onClick={() => onBox("leave")}>
          <LeaveIcon />
          {t.leave}
        </button>
      </div>
    </footer>
  );
}

/** Says whether one is heard, and changes it. The bar in it is one's own voice. */
function MuteButton({ room, call }: { room: Room; call: Call }) {
  const t = text.value;
  const bar = useLevel<HTMLButtonElement>(() => room.audio.level);
  const trouble = microphoneTrouble(room.sound.value.microphone);
  if (call.listen) {
    return (
      <p class="mute listen">
        <EarIcon />
        <span class="mute-words">
          <strong>{t.listening}</strong>
          <span>{t.listeningWhy}</span>
        </span>
      </p>
    );
  }
  if (trouble) {
    return (
      <button class="mute off" type="button" onClick={() => void room.openMicrophone()}>
        <MicOffIcon />
        <span class="mute-words">
          <strong>{t.micGone}</strong>
          <span>{t.micGoneDo}</span>
        </span>
      </button>
    );
  }
  const { mic } = call;
  const gate = mic.gate.value;
  const muted = mic.muted.value || gate !== "open";
  const [says, does] =
    gate === "closed"
      ? [t.micClosed, call.view.value.closed ? "" : t.micClosedDo]
      : gate === "ready"
        ? [t.micReady, t.micOffDo]
        : muted
          ? [t.micOff, t.micOffDo]
          : [t.micOn, t.micOnDo];
  const look = gate === "open" ? (muted ? "off" : "on") : gate;
  return (
    <button ref={bar} class={`mute ${look}`} type="button" onClick={() => mic.press()}>
      {muted ? <MicOffIcon /> : <MicIcon />}
      <span class="mute-words">
        <strong>{says}</strong>
        <span>
          {does} {gate !== "closed" && <kbd>{t.key("M")}</kbd>}
        </span>
      </span>
    </button>
  );
}
