import type { Call } from "../meeting/call";
import type { Room } from "../meeting/room";
import { isHere } from "../meeting/site";
import css from "./boxes.css?inline";
import { boxText } from "./boxtext";
import { Dialog } from "./dialog";
import { LeaveIcon } from "./icons";
import { Invitation } from "./invitation";
import { LineBox } from "./linebox";
import { adopt, chair, led, video } from "./parts";
import { text } from "./text";

export { LossPlot } from "./lineplot";

adopt(css);

/** The boxes that a person opens over a meeting. */
export type Box = "invite" | "keys" | "leave" | "line";

interface BoxProps {
  room: Room;
  call: Call;
  title: string;
  onClose: () => void;
}

/** The one that is open. */
export function Boxes({ box, ...props }: BoxProps & { box: Box }) {
  switch (box) {
    case "invite":
      return <InviteBox {...props} />;
    case "keys":
      return <KeysBox {...props} />;
    case "leave":
      return <LeaveBox {...props} />;
    case "line":
      return <LineBox {...props} />;
  }
}

function InviteBox({ room, call, title, onClose }: BoxProps) {
  const t = text.value;
  const b = boxText.value;
  return (
    <Dialog title={b.shareTitle} onClose={onClose}>
      {/* The code is good everywhere; the address that a site has for its own computer is not. */}
      <Invitation
        code={room.code}
        link={call.above.state.value && isHere(location.hostname) ? undefined : `${location.origin}/m/${room.code}`}
        title={title}
      />
      <div class="choices">
        <button class="button" type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function KeysBox({ onClose }: BoxProps) {
  const t = text.value;
  const b = boxText.value;
  const Chair = chair.here.value?.ChairKeys;
  const Led = led.here.value?.LedKeys;
  const Video = video.here.value?.VideoKeys;
  return (
    <Dialog title={t.keys} onClose={onClose}>
      <dl class="key-list">
        <div>
          <dt>
            <kbd>M</kbd> <kbd>{t.keySpace}</kbd>
          </dt>
          <dd>{b.keysMute}</dd>
        </div>
        {Led && <Led />}
        {Video && <Video />}
        {Chair && <Chair />}
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{b.keysHelp}</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{b.keysClose}</dd>
        </div>
      </dl>
      <div class="choices">
        <button class="button main" type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function LeaveBox({ room, onClose }: BoxProps) {
  const t = text.value;
  const b = boxText.value;
  return (
    <Dialog title={b.leaveTitle} onClose={onClose}>
      <p class="lead">{b.leaveText}</p>
      <div class="choices">
        <button class="button" type="button" onClick={onClose}>
          {b.stay}
        </button>
        <button class="button main" type="button" onClick={() => room.leave()}>
          <LeaveIcon />
          {t.leave}
        </button>
      </div>
    </Dialog>
  );
}
