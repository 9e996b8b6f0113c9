import { describe, expect, it } from "vitest";
import { type Press, shortcutOf } from "./keys";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: "",
  repeat: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
});

/** A target that is an element of this name, as far as the selectors of keys.ts go. */
const on = (tag: string) => (selector: string) => selector.split(", ").some((s) => s.split(":")[0] === tag);

describe("shortcutOf", () => {
  it.each(["m", "M"])("mutes by %s, also with the focus on a button", (key) => {
    expect(shortcutOf(press(key), on("body"))).toBe("mute");
    expect(shortcutOf(press(key), on("button"))).toBe("mute");
  });

  it("mutes by Space, unless Space already presses what has the focus", () => {
    expect(shortcutOf(press(" "), on("body"))).toBe("mute");
    for (const tag of ["button", "a", "summary", "label", "input"])
      expect(shortcutOf(press(" "), on(tag))).toBeUndefined();
  });

  it("sees M behind a Vietnamese keyboard program", () =>
    expect(shortcutOf(press("Process", { code: "KeyM" }), on("body"))).toBe("mute"));

  it("helps by ?", () => expect(shortcutOf(press("?"), on("button"))).toBe("help"));

  it.each(["textarea", "select", "input"])("leaves a %s alone", (tag) => {
    for (const key of ["m", " ", "?"]) expect(shortcutOf(press(key), on(tag))).toBeUndefined();
  });

  it.each(["repeat", "ctrlKey", "metaKey", "altKey", "isComposing"])("ignores a press with %s", (flag) =>
    expect(shortcutOf(press("m", { [flag]: true }), on("body"))).toBeUndefined(),
  );
});
