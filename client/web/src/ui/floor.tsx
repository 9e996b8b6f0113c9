import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Call } from "../meeting/call";
import { share } from "./level";
import { text } from "./text";

/** Who is speaking, in the largest letters of the page, inside rings that open with the voice. */
export function Floor({ call }: { call: Call }) {
  const t = text.value;
  const { main, now, others } = call.speaking.value;
  const seats = call.seats.value;
  const name = main === undefined ? undefined : seats.get(main)?.name;
  const also = others.flatMap((id) => seats.get(id)?.name ?? []);
  const ref = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    ref.current?.style.setProperty("--level", share(call.level.value).toFixed(3));
  });
  const label = name === undefined ? t.nobodySpeaks : now ? t.speakingNow : t.spokeLast;
  return (
    <section ref={ref} class={`floor ${name !== undefined && now ? "speaking" : ""}`} aria-label={t.speakingNow}>
      <svg class="rings" viewBox="-100 -100 200 200" aria-hidden="true" focusable="false">
        {[34, 50, 66, 82, 97].map((r) => (
          <circle key={r} r={r} />
        ))}
      </svg>
      <div class="floor-words">
        <p class="floor-label">{label}</p>
        {name !== undefined && <p class={`floor-name ${name.length > 24 ? "long" : ""}`}>{name}</p>}
        {also.length > 0 && <p class="floor-also">{t.alsoSpeaking(also.join(", "))}</p>}
      </div>
    </section>
  );
}
