import { useEffect, useRef, useState } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { type Clock, clockDigits, clockOf } from "../../meeting/timer";
import { ledText } from "./text";

const tickEvery = 250; // ms

/** The clock of whoever has the floor, drawn anew each second. */
export function useClock(call: Call): Clock | undefined {
  const { floor } = call.view.value;
  const read = () => clockOf(floor, call.now());
  const [, draw] = useState("");
  useEffect(() => {
    const timer = setInterval(() => {
      const clock = read();
      draw(`${clock?.state} ${clock?.seconds}`);
    }, tickEvery);
    return () => clearInterval(timer);
  });
  return read();
}

const words = { up: "spoken", running: "left", soon: "left", last: "left", over: "over" } as const;

/** How long one has the floor, and for how long one may: the word, the colour and the size change before the time is up. */
export function Timer({ call }: { call: Call }) {
  const t = ledText.value;
  const clock = useClock(call);
  if (!clock) return null;
  return (
    <p class={`timer ${clock.state}`} role="timer">
      <span>{t[words[clock.state]]}</span> <strong>{clockDigits(clock.seconds)}</strong>
    </p>
  );
}

const said = { soon: "soonSaid", last: "lastSaid", over: "overSaid" } as const;

/** Says to whoever has the floor when time runs out. */
export function TimeSaid({ call }: { call: Call }) {
  const t = ledText.value;
  const state = useClock(call)?.state;
  const before = useRef(state);
  const changed = before.current !== undefined && before.current !== state;
  const words = useRef("");
  if (changed && state && state in said) words.current = t[said[state as keyof typeof said]];
  before.current = state;
  return (
    <p class="unseen" aria-live="polite">
      {words.current}
    </p>
  );
}
