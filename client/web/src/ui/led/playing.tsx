import { useEffect, useState } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { leftOf, mayStop } from "../../meeting/playing";
import { ledText } from "./text";

const tickEvery = 500; // ms

/** Says that what is heard was recorded beforehand, whose it is, and how much is left of it. */
export function Playing({ call }: { call: Call }) {
  const t = ledText.value;
  const view = call.view.value;
  const { playing } = view;
  if (!playing) return null;
  const name = view.seats.get(playing.seat)?.name ?? "";
  return (
    <section class="notices" aria-label={playing.title}>
      <p class="playing">
        <strong role="status">{t.playing(name, playing.title)}</strong>
        <Left key={playing.id} call={call} />
        {mayStop(view, call.own.value) && (
          <button class="button" type="button" onClick={() => void call.do("stop")}>
            {t.stopPlaying}
          </button>
        )}
      </p>
    </section>
  );
}

function Left({ call }: { call: Call }) {
  const t = ledText.value;
  const read = () => leftOf(call.view.peek().playing, call.now());
  const [left, set] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => set(read()), tickEvery);
    return () => clearInterval(timer);
  });
  return <span role="timer">{t.playingLeft(t.length(left))}</span>;
}
