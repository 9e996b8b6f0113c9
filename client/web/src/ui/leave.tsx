import type { Room } from "../meeting/room";
import { Dialog } from "./dialog";
import { LeaveIcon } from "./icons";
import { text } from "./text";

/** Asks before one leaves. */
export function LeaveBox({ room, onClose }: { room: Room; onClose: () => void }) {
  const t = text.value;
  return (
    <Dialog title={t.leaveTitle} onClose={onClose}>
      <p class="lead">{t.leaveText}</p>
      <div class="choices">
        <button class="button" type="button" onClick={onClose}>
          {t.stay}
        </button>
        <button class="button main" type="button" onClick={() => room.leave()}>
          <LeaveIcon />
          {t.leave}
        </button>
      </div>
    </Dialog>
  );
}
