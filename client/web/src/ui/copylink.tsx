// A link to copy or to send, in the meeting and in the office.

import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import css from "./copylink.css?inline";
import { CheckIcon } from "./icons";
import { linkText } from "./linktext";
import { CopyIcon, SendIcon } from "./moreicons";
import { adopt } from "./parts";

adopt(css);

const showCopied = 3000; // ms

/** A link under its name, with buttons. */
export function CopyLink({ label, link, title }: { label: string; link: string; title: string }) {
  const t = linkText.value;
  const id = useId();
  const copied = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!copied.value) return;
    const timer = setTimeout(() => {
      copied.value = false;
    }, showCopied);
    return () => clearTimeout(timer);
  }, [copied.value, copied]);
  const copy = async () => {
    field.current?.select();
    await navigator.clipboard?.writeText(link).catch(() => {}); // refused: the link is selected, Ctrl+C does it
    copied.value = true;
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="link">
        <input id={id} ref={field} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        <button class="button" type="button" onClick={copy}>
          {copied.value ? <CheckIcon /> : <CopyIcon />}
          <span aria-live="polite">{copied.value ? t.copied : t.copy}</span>
          <span class="unseen">{label}</span>
        </button>
        {"share" in navigator && (
          <button
            class="button"
            type="button"
            onClick={() => void navigator.share({ title, url: link }).catch(() => {})}
          >
            <SendIcon />
            {t.send}
            <span class="unseen">{label}</span>
          </button>
        )}
      </div>
    </div>
  );
}
