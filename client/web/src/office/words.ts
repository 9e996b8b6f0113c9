// Two languages for one part of the office: the Vietnamese sentences come with its code, the English ones are a file of their own.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { lang, later } from "../ui/text";

/** The sentences of a part in the language of the switch; Vietnamese until the English ones are here. */
export function bilingual<T extends object>(vi: T, english: () => Promise<T>): ReadonlySignal<T> {
  const en = signal<T | undefined>(undefined);
  effect(() => {
    if (lang.value !== "en" || en.value) return;
    void later(async () => {
      en.value = await english();
    });
  });
  return computed(() => (lang.value === "en" && en.value) || vi);
}
