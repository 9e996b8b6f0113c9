import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { boxText } from "./boxtext";
import { CheckIcon } from "./icons";
import css from "./invitation.css?inline";
import { CopyIcon, SendIcon } from "./moreicons";
import { adopt } from "./parts";
import { text } from "./text";

adopt(css);

const showCopied = 3000; // ms

/** A meeting's code, large enough to be read over the telephone, and its link, if there is one, to copy or to send. */
export function Invitation({ code, link, title }: { code: string; link?: string; title: string }) {
  const b = boxText.value;
  return (
    <div class="invitation">
      <p class="big-code">
        <span>{b.codeName}</span>
        <strong translate={false}>{code}</strong>
      </p>
      {link && <Link link={link} title={title} />}
    </div>
  );
}

function Link({ link, title }: { link: string; title: string }) {
  const t = text.value;
  const b = boxText.value;
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
    <>
      <label class="link-label" for="link">
        {b.linkName}
      </label>
      <div class="link">
        <input id="link" ref={field} readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        <button class="button" type="button" onClick={copy}>
          {copied.value ? <CheckIcon /> : <CopyIcon />}
          <span aria-live="polite">{copied.value ? t.copied : b.copy}</span>
        </button>
        {"share" in navigator && (
          <button
            class="button"
            type="button"
            onClick={() => void navigator.share({ title, url: link }).catch(() => {})}
          >
            <SendIcon />
            {b.send}
          </button>
        )}
      </div>
    </>
  );
}
