import { useSignal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import { maySend, mayShow } from "../../meeting/showing";
import { keyOf, useKeys } from "../keys";
import { Box } from "./box";
import { CameraIcon, CameraOffIcon, FullIcon, PicturesIcon, ScreenIcon, ScreenOffIcon } from "./icons";
import { slides, type Within } from "./seam";
import { current, full, toggleFull } from "./state";
import { videoText } from "./text";

/** The buttons of pictures in the row under the meeting. */
export function Tools({ call }: { call: Call }) {
  const now = current.value;
  return now ? <Row call={call} pictures={now.pictures} /> : null;
}

function Row(within: Within) {
  const t = videoText.value;
  const { call, pictures } = within;
  const open = useSignal(false);
  const seat = call.own.value;
  const sends = maySend(seat);
  const shows = mayShow(call.view.value, seat);
  useKeys((event, inside) => {
    const act = inside("dialog") ? undefined : actOf(keyOf(event, inside), pictures.own, sends);
    act?.();
    return act !== undefined;
  });
  const Slides = slides.value;
  return (
    <div class="tools">
      {sends && <CameraButton {...within} />}
      {(shows || pictures.own.screen.value === "on") && <ScreenButton {...within} />}
      {Slides?.Button && <Slides.Button {...within} />}
      <button class="button tool" type="button" aria-haspopup="dialog" onClick={() => (open.value = true)}>
        <PicturesIcon />
        {t.more}
      </button>
      <button class="button tool full" type="button" onClick={toggleFull}>
        <FullIcon />
        {full.value ? t.notFull : t.full}
      </button>
      {Slides?.Beside && <Slides.Beside {...within} />}
      {open.value && <Box {...within} onClose={() => (open.value = false)} />}
    </div>
  );
}

function actOf(key: string | undefined, own: Within["pictures"]["own"], sends: boolean): (() => void) | undefined {
  if (key === "f") return toggleFull;
  if (key === "v" && sends) return () => own.pressCamera();
  return key === "d" && sends ? () => void own.nextCamera() : undefined;
}

function CameraButton({ pictures: { own } }: Within) {
  const t = videoText.value;
  const camera = own.camera.value;
  return (
    <button class={`button tool ${camera}`} type="button" onClick={() => own.pressCamera()}>
      {camera === "on" ? <CameraIcon /> : <CameraOffIcon />}
      {camera === "opening" ? t.opening : camera === "on" ? t.cameraOff : t.cameraOn}
    </button>
  );
}

function ScreenButton({ pictures: { own } }: Within) {
  const t = videoText.value;
  const on = own.screen.value === "on";
  if (!on && !navigator.mediaDevices?.getDisplayMedia) return null; // a telephone
  return (
    <button class={`button tool ${own.screen.value}`} type="button" onClick={() => void own.pressScreen()}>
      {on ? <ScreenOffIcon /> : <ScreenIcon />}
      {on ? t.shareOff : t.share}
    </button>
  );
}
