import { useEffect } from "preact/hooks";
import type { OwnPictures } from "../../meeting/ownpictures";
import { Dialog } from "../dialog";
import { canFloat } from "./float";
import { FloatIcon, FullIcon, ListIcon, SwapIcon } from "./icons";
import type { Within } from "./seam";
import { current, full, side, toggleFull, toggleSide } from "./state";
import { videoText } from "./text";

const modes = ["all", "slides", "voice"] as const;

/** What one sees and how, and which camera others see. */
export function Box({ pictures, onClose }: Within & { onClose: () => void }) {
  const t = videoText.value;
  return (
    <Dialog title={t.more} class="pictures-box" onClose={onClose}>
      <fieldset class="picture-modes">
        <legend>{t.whichPictures}</legend>
        {modes.map((mode) => (
          <button
            key={mode}
            class="button"
            type="button"
            aria-pressed={pictures.mode.value === mode}
            onClick={() => pictures.choose(mode)}
          >
            <strong>{t.modes[mode]}</strong>
            <span>{t.modeWhy[mode]}</span>
          </button>
        ))}
      </fieldset>
      <Ways onClose={onClose} />
      <Lens own={pictures.own} />
      <div class="choices">
        <button class="button main" type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

/** How the pictures are laid out. */
function Ways({ onClose }: { onClose: () => void }) {
  const t = videoText.value;
  const float = current.value?.float;
  const then = (act: () => void) => () => {
    act();
    onClose();
  };
  return (
    <fieldset class="picture-ways">
      <legend>{t.layout}</legend>
      <button class="button" type="button" onClick={then(toggleFull)}>
        <FullIcon />
        {full.value ? t.notFull : t.full}
      </button>
      <button class="button" type="button" onClick={then(toggleSide)}>
        <ListIcon />
        {side.value ? t.hideSide : t.showSide}
      </button>
      {float && canFloat() && (
        <button class="button" type="button" title={t.floatWhy} onClick={then(() => void float.toggle())}>
          <FloatIcon />
          {float.open.value ? t.unfloat : t.float}
        </button>
      )}
    </fieldset>
  );
}

/** Which camera others see. */
function Lens({ own }: { own: OwnPictures }) {
  const t = videoText.value;
  const cameras = own.cameras.value;
  useEffect(() => void own.look(), [own]);
  return (
    <fieldset class="picture-lens">
      <legend>{t.whichCamera}</legend>
      {cameras.length === 0 ? (
        <p>{t.cameraNone}</p>
      ) : (
        <select
          aria-label={t.whichCamera}
          value={own.device.value}
          onChange={(event) => void own.chooseCamera(event.currentTarget.value)}
        >
          {cameras.map(({ id, name }, i) => (
            <option key={id} value={id}>
              {name || t.cameraNumber(i + 1)}
            </option>
          ))}
        </select>
      )}
      {cameras.length > 1 && (
        <button class="button" type="button" onClick={() => void own.nextCamera()}>
          <SwapIcon />
          {t.next} <kbd>D</kbd>
        </button>
      )}
    </fieldset>
  );
}
