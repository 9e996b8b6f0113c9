import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Pictures } from "../../meeting/pictures";
import { lang, text } from "../text";
import type { Within } from "./seam";
import { videoText } from "./text";

const troubleFor = 15_000; // ms that a sentence stays unless it is closed

/** One sentence on what keeps pictures from coming or going. It goes away by itself; the voice goes on anyway. */
export function Notice({ call, pictures }: Within) {
  const seen = useSignal<unknown>(undefined);
  const { own } = pictures;
  const trouble = own.trouble.value ?? pictures.trouble.value;
  useEffect(() => {
    const timer = setTimeout(() => {
      seen.value = trouble;
    }, troubleFor);
    return () => clearTimeout(timer);
  }, [trouble, seen]);
  const sentence = trouble === seen.value ? undefined : trouble?.[lang.value];
  const calm = calmOf(pictures, call.view.value.playing !== undefined);
  return (
    <div class="picture-notice" role="status">
      {sentence ? (
        <p class="trouble">
          <span>{sentence}</span>
          <button type="button" aria-label={text.value.close} onClick={() => (seen.value = trouble)}>
            ×
          </button>
        </p>
      ) : (
        calm && <p>{calm}</p>
      )}
    </div>
  );
}

/** A report that is played has stills whatever the line carries. */
function calmOf({ own, narrow, mode }: Pictures, plays: boolean): string | undefined {
  const t = videoText.value;
  if (own.screen.value === "on") return own.screenSent.value ? t.screenSent : t.screenUnsent;
  return narrow.value && !plays && mode.value === "all" ? t[narrow.value] : undefined;
}
