import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { remember } from "../meeting/memory";
import { Logo } from "./icons";
import { follow } from "./navigation";
import { type Lang, lang, text } from "./text";

const names: Record<Lang, string> = { vi: "Tiếng Việt", en: "English" };

/** The visible switch VI | EN. */
export function LangSwitch() {
  return (
    <fieldset class="lang" aria-label={text.value.language}>
      {(["vi", "en"] as const).map((l) => (
        <button
          key={l}
          type="button"
          lang={l}
          aria-pressed={lang.value === l}
          aria-label={`${l.toUpperCase()}, ${names[l]}`}
          onClick={() => {
            lang.value = l;
            remember("lang", l);
          }}
        >
          {l.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}

/** Moves the focus to the heading when another screen has taken the place of the one that had it. */
export function useArrival(screen: string): void {
  useEffect(() => {
    const heading = document.querySelector("h1");
    if (!heading || screen === "") return;
    heading.tabIndex = -1;
    heading.focus();
  }, [screen]);
}

/** The frame of all pages outside a call: sign, language, one column in the middle. */
export function Shell({ children }: { children: ComponentChildren }) {
  const t = text.value;
  return (
    <div class="shell">
      <header class="top">
        <a class="brand" href="/" onClick={follow}>
          <Logo />
          <span class="brand-words">
            <strong>{t.appName}</strong>
            <span>{t.tagline}</span>
          </span>
        </a>
        <LangSwitch />
      </header>
      <main>{children}</main>
    </div>
  );
}
