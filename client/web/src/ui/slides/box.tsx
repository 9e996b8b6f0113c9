import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { mayShow } from "../../meeting/showing";
import { Dialog } from "../dialog";
import type { Within } from "../video/seam";
import { StopIcon } from "./icons";
import type { OwnPage, Presenter } from "./presenter";
import { boxOpen, current, openReport, reportOpen } from "./state";
import { slidesText } from "./text";

/** Where a document is opened, and its pages are chosen. */
export function PresentBox({ call }: Within) {
  const t = slidesText.value;
  const now = current.value;
  if (!now || !boxOpen.value) return null;
  const { presenter, stage } = now;
  const close = () => {
    boxOpen.value = false;
  };
  const may = mayShow(call.view.value, call.own.value);
  const open = presenter.phase.value === "open";
  return (
    <Dialog title={open ? presenter.title.value : t.present} class="present-box" onClose={close}>
      {presenter.trouble.value && (
        <p class="trouble" role="alert">
          {presenter.trouble.value}
        </p>
      )}
      {open && <p role="status">{progress(presenter)}</p>}
      {open && !may && <p>{t.before}</p>}
      {open && <Thumbs presenter={presenter} may={may} onShown={close} />}
      <Choose presenter={presenter} />
      {open && may && <p class="present-hint">{t.hint}</p>}
      <div class="choices">
        {!reportOpen.value && (
          <button
            class="button"
            type="button"
            onClick={() => {
              openReport();
              close();
            }}
          >
            {t.record}
          </button>
        )}
        {stage.own.value && (
          <button
            class="button"
            type="button"
            onClick={() => {
              void presenter.stop();
              close();
            }}
          >
            <StopIcon />
            {t.stop}
          </button>
        )}
        <button class={`button ${open ? "main" : ""}`} type="button" onClick={close}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function progress({ pages, total, sent }: Presenter): string {
  const t = slidesText.value;
  if (pages.value.length < total.value) return t.drawing(pages.value.length + 1, total.value);
  return sent.value < total.value ? t.sent(sent.value, total.value) : t.allSent;
}

function Choose({ presenter }: { presenter: Presenter }) {
  const t = slidesText.value;
  const ref = useRef<HTMLInputElement>(null);
  const over = useSignal(false);
  const phase = presenter.phase.value;
  const take = (files: FileList | null | undefined) => {
    if (files?.[0]) void presenter.open(files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button within does the same by keyboard
    <div
      class={`present-drop ${over.value ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        take(event.dataTransfer?.files);
      }}
    >
      <button
        class={`button ${phase === "none" ? "main" : ""}`}
        type="button"
        disabled={phase === "opening"}
        onClick={() => ref.current?.click()}
      >
        {phase === "opening" ? t.opening : phase === "open" ? t.another : t.choose}
      </button>
      {phase !== "open" && <p>{t.drop}</p>}
      <input
        ref={ref}
        type="file"
        hidden
        accept="application/pdf,.pdf,.pptx,.ppt,.docx,.doc"
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

function Thumbs({ presenter, may, onShown }: { presenter: Presenter; may: boolean; onShown: () => void }) {
  const t = slidesText.value;
  const slide = current.value?.stage.slide.value;
  const { pages, total, deck } = presenter;
  return (
    <ol class="thumbs">
      {pages.value.map((page, i) => (
        <li key={page.row.join()}>
          <button
            type="button"
            disabled={!may}
            aria-current={slide?.deck === deck.value && slide?.page === i + 1}
            aria-label={t.page(i + 1, total.value)}
            onClick={() => {
              presenter.show(i + 1);
              onShown();
            }}
          >
            <Thumb page={page} />
            <span>{i + 1}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Thumb({ page: { thumb } }: { page: OwnPage }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    ref.current?.getContext("2d")?.drawImage(thumb, 0, 0);
  }, [thumb]);
  return <canvas ref={ref} width={thumb.width} height={thumb.height} />;
}
