import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Call } from "../meeting/call";
import { share } from "./level";
import { text } from "./text";

interface FloorProps {
  call: Call;
  called?: { seat: string; label: string; name: string }; // by the chair: shown whoever speaks
  children?: ComponentChildren;
}

/** Who is speaking, in the largest letters of the page, inside rings that open with the voice. */
export function Floor({ call, called, children }: FloorProps) {
  const t = text.value;
  const { main, now, others } = call.speaking.value;
  const seats = call.seats.value;
  const nameOf = (id: string | undefined) => (id === undefined ? undefined : seats.get(id)?.name);
  const name = called?.name ?? nameOf(main);
  const heard = now && main !== undefined ? [main, ...others] : [];
  const also = heard.flatMap((id) => (id === (called?.seat ?? main) ? [] : (nameOf(id) ?? [])));
  const ref = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    ref.current?.style.setProperty("--level", share(call.level.value).toFixed(3));
  });
  const label = called ? called.label : name === undefined ? t.nobodySpeaks : now ? t.speakingNow : t.spokeLast;
  return (
    <section
      ref={ref}
      class={`floor ${called ? "called" : ""} ${name !== undefined && now ? "speaking" : ""}`}
      aria-label={t.speakingNow}
    >
      <svg class="rings" viewBox="-100 -100 200 200" aria-hidden="true" focusable="false">
        {[34, 50, 66, 82, 97].map((r) => (
          <circle key={r} r={r} />
        ))}
      </svg>
      <div class="floor-words">
        <p class="floor-label">{label}</p>
        {name !== undefined && <p class={`floor-name ${name.length > 24 ? "long" : ""}`}>{name}</p>}
        {children}
        {also.length > 0 && <p class="floor-also">{t.alsoSpeaking(also.join(", "))}</p>}
      </div>
    </section>
  );
}
