// Sentences for what goes wrong in the media worker itself.

import type { CodecProblem } from "../codec";
import type { Sentence } from "./messages";

const old: [vi: string, en: string] = [
  "Trình duyệt này không phát được tiếng của cuộc họp; hãy dùng bản mới của Chrome, Edge hoặc Firefox.",
  "This browser cannot handle the sound of the meeting; use a current Chrome, Edge or Firefox.",
];

const sentences: Record<CodecProblem | "ended", [vi: string, en: string]> = {
  "webcodecs-missing": old,
  "opus-missing": old,
  "encoder-failed": [
    "Tiếng của bạn đang gián đoạn; nếu không tự hết, hãy tải lại trang.",
    "Your voice is interrupted; if it does not come back, reload the page.",
  ],
  "decoder-failed": [
    "Tiếng của người khác đang gián đoạn; nếu không tự hết, hãy tải lại trang.",
    "The others' voices are interrupted; if they do not come back, reload the page.",
  ],
  ended: [
    "Máy chủ đã kết thúc phiên của bạn; hãy vào lại cuộc họp.",
    "The relay ended your session; join the meeting again.",
  ],
};

/** The sentence of a trouble, in both languages. */
export function sentenceOf(code: CodecProblem | "ended"): Sentence {
  const [vi, en] = sentences[code];
  return { code, vi, en };
}
