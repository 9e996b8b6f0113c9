// How a page waits for the server, and says what went wrong.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Refusal } from "../meeting/api";
import { lang, text } from "../ui/text";
import { type Problem, Refused } from "./api";

/** The sentence of an error, in the language of the switch. */
export function sentenceOf(error: unknown): string {
  return error instanceof Refusal ? error.sentence[lang.value] : text.value.noServer;
}

/** What is wrong where, if the server said so. */
export function problemsOf(error: unknown): Problem[] {
  return error instanceof Refused ? error.problems : [];
}

/** What was asked for: its value once it is here, the error if it did not come. */
export interface Asked<T> {
  value: Signal<T | undefined>;
  error: Signal<unknown>;
  again: () => Promise<void>;
}

/** Asks when the component is drawn first, and whenever the key changes. */
export function useAsked<T>(ask: () => Promise<T>, key = ""): Asked<T> {
  const value = useSignal<T | undefined>(undefined);
  const error = useSignal<unknown>(undefined);
  const latest = useSignal(key);
  const again = async () => {
    const of = key;
    try {
      const answer = await ask();
      if (latest.peek() !== of) return; // an answer to an earlier question
      value.value = answer;
      error.value = undefined;
    } catch (e) {
      if (latest.peek() === of) error.value = e;
    }
  };
  useEffect(() => {
    if (latest.peek() !== key) value.value = undefined;
    latest.value = key;
    void again();
  }, [key]);
  return { value, error, again };
}

/** Something that is sent: whether it is on its way, and what went wrong. */
export interface Doing {
  busy: Signal<boolean>;
  error: Signal<unknown>;
  /** Does it, unless it is being done; true if it went well. */
  run: (what: () => Promise<unknown>) => Promise<boolean>;
}

/** For a form or a button. */
export function useDoing(): Doing {
  const busy = useSignal(false);
  const error = useSignal<unknown>(undefined);
  const run = async (what: () => Promise<unknown>) => {
    if (busy.value) return false;
    busy.value = true;
    error.value = undefined;
    try {
      await what();
      return true;
    } catch (e) {
      error.value = e;
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, error, run };
}
