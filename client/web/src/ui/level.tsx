import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

const quietest = -60; // dBov: what a meter shows as nothing
const loudest = -12; // dBov: a loud voice near the microphone

/** A level in dBov as a share of the meter, 0 to 1. */
export function share(dBov: number): number {
  return Math.min(1, Math.max(0, (dBov - quietest) / (loudest - quietest)));
}

/** Sets the CSS property --level of an element to a level that is read anew for each picture. */
export function useLevel<T extends HTMLElement>(read: () => number): RefObject<T | null> {
  const ref = useRef<T>(null);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      ref.current?.style.setProperty("--level", share(latest.current()).toFixed(3));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, []);
  return ref;
}
