// Meeting codes as people type, paste and read them aloud: PROTOCOL.md section 8.

const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const length = 9;

/** Why a text is no meeting code. `accents`: a Vietnamese keyboard (Telex, VNI) has changed the letters. */
export type CodeProblem = "empty" | "accents" | "malformed";

/**
 * Reads a meeting code out of what a person typed or pasted: the code in any case and with any separators, or a whole link that
 * holds `/m/CODE`. Returns it as `abc-def-ghj`, or why it is none.
 */
export function readCode(input: string): { code: string } | { problem: CodeProblem } {
  const link = /\/m\/([^/?#\s]+)/i.exec(input);
  const text = (link ? link[1] : input).normalize("NFKC").toLowerCase();
  if (!/\p{L}|\p{N}/u.test(text)) return { problem: "empty" };
  if (/đ|\p{M}/u.test(text.normalize("NFD"))) return { problem: "accents" };
  const symbols = text
    .replace(/[\s\p{P}\p{S}\p{Cf}]+/gu, "")
    .replace(/o/g, "0")
    .replace(/[il]/g, "1");
  if (symbols.length !== length || [...symbols].some((s) => !digits.includes(s))) return { problem: "malformed" };
  return { code: symbols.replace(/(...)(?=.)/g, "$1-") };
}
