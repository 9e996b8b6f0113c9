// The few words for copying and sending a link, in both languages: a file for the English ones would weigh more than they do.

import { computed } from "@preact/signals";
import { lang } from "./text";

const words = {
  vi: { copy: "Sao chép", copied: "Đã sao chép", send: "Gửi đi" },
  en: { copy: "Copy", copied: "Copied", send: "Send" },
};

/** The words of the language that the page speaks now. */
export const linkText = computed(() => words[lang.value]);
