import { useEffect, useRef } from "preact/hooks";
import type { Within } from "../video/seam";
import { NextIcon, PagesIcon, PreviousIcon, StopIcon } from "./icons";
import type { Spot } from "./stage";
import { boxOpen, current } from "./state";
import { slidesText } from "./text";

/** The page that is shown, as large as there is room. */
export function Page(_: Within) {
  const t = slidesText.value;
  const now = current.value;
  if (!now) return null;
  const { stage, presenter } = now;
  const slide = stage.slide.value;
  if (!slide) return null;
  const own = stage.own.value;
  const waits = own ? presenter.wanted.value !== undefined && presenter.wanted.value !== slide.page : false;
  return (
    <div class={`slide ${own ? "own" : ""} ${stage.current.value ? "" : "before"}`}>
      <Sheet />
      {!stage.current.value && <p class="picture-state">{t.coming}</p>}
      {waits && <p class="picture-state">{t.waits}</p>}
      <p class="slide-name">
        <span>{slide.title}</span> <span class="slide-page">{t.page(slide.page, slide.pages)}</span>
      </p>
      {own && <Bar />}
    </div>
  );
}

/** The picture of the page and the pointer on it. Who presents points by holding the mouse. */
function Sheet() {
  const ref = useRef<HTMLCanvasElement>(null);
  const now = current.value;
  const sight = now?.stage.sight.value;
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas || !sight) return;
    canvas.width = sight.bitmap.width;
    canvas.height = sight.bitmap.height;
    canvas.getContext("2d")?.drawImage(sight.bitmap, 0, 0);
  }, [sight]);
  if (!now) return null;
  const { stage } = now;
  const spot = stage.spot.value;
  const ratio = sight ? sight.bitmap.width / sight.bitmap.height : 16 / 9;
  const point = (event: PointerEvent) => {
    if (event.buttons !== 1 || !stage.own.value) return;
    stage.point(spotOf(event), performance.now());
  };
  const release = () => stage.point(undefined, performance.now());
  return (
    <div class="slide-frame">
      <div
        class="slide-sheet"
        style={{ "--ratio": ratio }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          point(event);
        }}
        onPointerMove={point}
        onPointerUp={release}
        onPointerCancel={release}
      >
        <canvas ref={ref} />
        {spot && <span class="slide-spot" style={{ left: `${spot.x * 100}%`, top: `${spot.y * 100}%` }} />}
      </div>
    </div>
  );
}

function spotOf(event: PointerEvent): Spot | undefined {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : undefined;
}

/** What who presents presses. */
function Bar() {
  const t = slidesText.value;
  const now = current.value;
  if (!now) return null;
  const { presenter, stage } = now;
  const slide = stage.slide.value;
  const here = presenter.deck.value === slide?.deck; // after a reload the document is not open here
  return (
    <div class="slide-bar">
      <button class="button" type="button" disabled={!here} aria-label={t.previous} onClick={() => presenter.step(-1)}>
        <PreviousIcon />
      </button>
      <button class="button" type="button" disabled={!here} aria-label={t.next} onClick={() => presenter.step(1)}>
        <NextIcon />
      </button>
      <button class="button" type="button" onClick={() => (boxOpen.value = true)}>
        <PagesIcon />
        {t.pages}
      </button>
      <button class="button" type="button" onClick={() => void presenter.stop()}>
        <StopIcon />
        {t.stop}
      </button>
    </div>
  );
}
