import { useEffect, useRef } from "preact/hooks";

interface Shortcuts {
  mute: () => void;
  help: () => void;
}

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const ownSpace = `button, a, summary, label, ${typing}, input`; // Space already means something there

/** A key press, and whether its target is within an element that a selector names. */
export type Press = Pick<KeyboardEvent, "key" | "code" | "repeat" | "ctrlKey" | "metaKey" | "altKey" | "isComposing">;
type Within = (selector: string) => boolean;

/** What a key press asks for, or undefined if it is none of ours. */
export function shortcutOf(event: Press, within: Within): keyof Shortcuts | undefined {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined;
  if (within(typing)) return undefined;
  if (event.key === "?") return "help";
  // A Vietnamese keyboard program may hide the letter; the key's place on the keyboard still tells.
  if (event.key.toLowerCase() === "m" || (event.key === "Process" && event.code === "KeyM")) return "mute";
  return event.key === " " && !within(ownSpace) ? "mute" : undefined;
}

/** M and Space mute, ? helps, wherever the focus is. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      const shortcut = shortcutOf(event, (selector) => target?.closest(selector) != null);
      if (!shortcut) return;
      event.preventDefault();
      latest.current[shortcut]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
