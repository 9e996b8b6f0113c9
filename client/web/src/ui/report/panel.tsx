import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { voterOf } from "../../meeting/rights";
import { clockDigits } from "../../meeting/timer";
import type { Recorder } from "../../report/recorder";
import { taken } from "../../video/shelf";
import { Dialog } from "../dialog";
import { useLevel } from "../level";
import { NextIcon, PreviousIcon } from "../slides/icons";
import type { OwnPage, Presenter } from "../slides/presenter";
import { boxOpen } from "../slides/state";
import { slidesText } from "../slides/text";
import { lang } from "../text";
import type { Within } from "../video/seam";
import type { Reporting } from "./state";
import { reportText } from "./text";

interface Props extends Within {
  presenter: Presenter;
  reporting: Reporting;
}

const clock = (ms: number) => clockDigits(Math.floor(ms / 1000));

/** Where a report is recorded, listened to and sent. */
export function Panel({ onClose, ...props }: Props & { onClose: () => void }) {
  const t = reportText.value;
  const { reporting, call } = props;
  const recorder = reporting.recorder.value;
  const { wrong } = reporting;
  const begun = reporting.cutOff.value;
  return (
    <Dialog title={t.title} class="report-box" onClose={onClose}>
      <div role="alert">
        {reporting.turn.value && <p class="trouble">{t.turn}</p>}
        {wrong.value && <p class="trouble">{t[wrong.value]}</p>}
      </div>
      {!recorder && !reporting.done.value && <p>{begun ? t.cutOff(clock(begun.ms)) : t.why}</p>}
      {recorder ? <Recording {...props} recorder={recorder} /> : reporting.done.value && <Done {...props} />}
      {!reporting.done.value && <Slides {...props} />}
      {!recorder && !reporting.done.value && (
        <div class="choices">
          <button class="button main" type="button" onClick={() => void reporting.begin()}>
            {begun ? t.resume : t.begin}
          </button>
          {begun && (
            <button class="button" type="button" onClick={() => void reporting.stop()}>
              {t.stop}
            </button>
          )}
        </div>
      )}
      {recorder && !call.listen && call.mic.muted.value && <p class="report-hint">{t.micOff}</p>}
      <Own {...props} />
      <div class="choices">
        <button class="button" type="button" onClick={onClose}>
          {recorder?.phase.value === "on" ? t.closePauses : t.close}
        </button>
      </div>
    </Dialog>
  );
}

function Recording({ reporting, recorder, pictures }: Props & { recorder: Recorder }) {
  const t = reportText.value;
  const bar = useLevel<HTMLSpanElement>(() => recorder.level);
  const phase = recorder.phase.value;
  if (phase === "opening" || phase === "off") return <p role="status">{t.opening}</p>;
  const on = phase === "on";
  return (
    <>
      <p class={`report-time ${phase}`}>
        <span role="status">{on ? t.recording : t.paused}</span>{" "}
        <strong role="timer">{clock(recorder.ms.value)}</strong>
      </p>
      <span ref={bar} class="report-level" role="img" aria-label={t.level} />
      {pictures.own.camera.value === "off" && <p class="report-hint">{t.camera}</p>}
      <div class="choices">
        <button
          class="button"
          type="button"
          disabled={recorder.full.value}
          onClick={() => (on ? recorder.pause() : reporting.resume())}
        >
          {on ? t.pause : t.resume}
        </button>
        <button class="button main" type="button" onClick={() => void reporting.stop()}>
          {t.stop}
        </button>
      </div>
    </>
  );
}

function Done({ reporting }: Props) {
  const t = reportText.value;
  const of = reporting.done.value?.[0];
  const title = useSignal(of?.title ?? "");
  const sure = useSignal(false);
  const listening = reporting.listening.value;
  if (!of) return null;
  const throwAway = () => {
    if (sure.value) reporting.throw();
    sure.value = true;
  };
  const send = (event: Event) => {
    event.preventDefault();
    reporting.send(title.value.trim() || t.usual);
  };
  return (
    <form onSubmit={send}>
      <p role="status">{t.recorded(clock(of.ms))}</p>
      <label class="report-name">
        {t.name}
        <input maxLength={120} value={title.value} onInput={(event) => (title.value = event.currentTarget.value)} />
      </label>
      <div class="choices">
        <button class="button main" type="submit">
          {t.send}
        </button>
        <button class="button" type="button" onClick={() => reporting.listen()}>
          {listening ? `${t.silence} ${clock(listening.ms.value)}` : t.listen}
        </button>
        <button class="button" type="button" onClick={throwAway}>
          {sure.value ? t.throwSure : t.throw}
        </button>
      </div>
    </form>
  );
}

/** The own pages beside the recording: turning one is recorded. */
function Slides({ presenter, reporting: { page } }: Props) {
  const t = slidesText.value;
  const shown = presenter.pages.value[page.value - 1];
  const { length } = presenter.pages.value;
  if (presenter.phase.value !== "open" || !shown) {
    return (
      <button class="button" type="button" onClick={() => (boxOpen.value = true)}>
        {reportText.value.openPdf}
      </button>
    );
  }
  const by = (step: number) => {
    page.value = Math.min(Math.max(page.value + step, 1), length);
  };
  return (
    <div class="report-slides">
      <Sheet page={shown} />
      <button class="button" type="button" aria-label={t.previous} disabled={page.value <= 1} onClick={() => by(-1)}>
        <PreviousIcon />
      </button>
      <span>{t.page(page.value, presenter.total.value)}</span>
      <button class="button" type="button" aria-label={t.next} disabled={page.value >= length} onClick={() => by(1)}>
        <NextIcon />
      </button>
    </div>
  );
}

function Sheet({ page: { hi, thumb } }: { page: OwnPage }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let gone = false;
    const draw = (bitmap: ImageBitmap) => {
      const canvas = ref.current;
      if (!canvas || gone || bitmap.width === 0) return;
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    };
    draw(thumb);
    void taken(hi)
      .then((bytes) => bytes && createImageBitmap(new Blob([bytes], { type: "image/webp" })))
      .then(
        (bitmap) => bitmap && draw(bitmap),
        () => undefined,
      ); // the small one stays
    return () => {
      gone = true;
    };
  }, [hi, thumb]);
  return <canvas ref={ref} />;
}

/** What goes up, and what is there. */
function Own({ reporting: { outgoing }, call }: Props) {
  const t = reportText.value;
  const own = call.own.value;
  const going = outgoing.all.value;
  const { reports = [], playing } = call.view.value;
  const there = reports.filter(({ by }) => own && by === voterOf(own));
  if (going.length + there.length === 0) return null;
  return (
    <section aria-label={t.own}>
      <h3>{t.own}</h3>
      <ul class="report-own">
        {going.map(({ hash, title, ms, part, trouble }) => (
          <li key={hash}>
            <strong>{title}</strong> {clock(ms)}
            {trouble ? (
              <p role="alert">{trouble[lang.value]}</p>
            ) : (
              <p role="status">{t.sending(Math.floor(part * 100))}</p>
            )}
            {!trouble && <progress value={part} aria-label={title} />}
            {trouble && (
              <button class="button" type="button" onClick={() => outgoing.again(hash)}>
                {t.again}
              </button>
            )}
            {trouble && (
              <button class="button" type="button" onClick={() => outgoing.drop(hash)}>
                {t.drop}
              </button>
            )}
          </li>
        ))}
        {there.map(({ id, title, ms }) => (
          <li key={id}>
            <strong>{title}</strong> {clock(ms)}
            <p>{playing?.id === id ? t.onAir : t.there}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
