import { useEffect, useRef } from "preact/hooks";

interface Shortcuts {
  mute: () => void;
  help: () => void;
}

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const ownSpace = `button, a, summary, label, ${typing}, input`; // Space already means something there

/** A key press, and whether its target is within an element that a selector names. */
export type Press = Pick<KeyboardEvent, "key" | "code" | "repeat" | "ctrlKey" | "metaKey" | "altKey" | "isComposing">;
export type Within = (selector: string) => boolean;

/**
 * The key that is pressed, in lower case, or undefined if it is for somebody else: held down, together with another, or while one types. A Vietnamese keyboard program may hide a letter; its place on
 * the keyboard still tells.
 */
export function keyOf(event: Press, within: Within): string | undefined {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  if (within(typing)) return undefined;
  if (event.key === "Process") return /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  if (event.key === " " || event.key === "Enter") return within(ownSpace) ? undefined : event.key;
  return event.key.toLowerCase();
}

/** What a key press asks for, or undefined if it is none of ours. */
export function shortcutOf(event: Press, within: Within): keyof Shortcuts | undefined {
  const key = keyOf(event, within);
  if (key === "?") return "help";
  return key === "m" || key === " " ? "mute" : undefined;
}

/** M and Space mute, ? helps, wherever the focus is. */
export function useShortcuts(shortcuts: Shortcuts): void {
  useKeys((event, within) => {
    const shortcut = shortcutOf(event, within);
    if (shortcut) shortcuts[shortcut]();
    return shortcut !== undefined;
  });
}

/** Listens to all key presses of the page. What take has taken, true, nobody else gets. */
export function useKeys(take: (event: KeyboardEvent, within: Within) => boolean): void {
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      if (event.defaultPrevented) return;
      if (latest.current(event, (selector) => target?.closest(selector) != null)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
