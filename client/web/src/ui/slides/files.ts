// What is to be said of a file before it is read.

import { slidesText } from "./text";

const mostBytes = 100 << 20;
const head = 1024; // bytes within which a PDF says that it is one

const office = /\.(pptx?|docx?|xlsx?|odp|odt|ods|ppsx?|key|pages)$/i;
const zip = [0x50, 0x4b, 0x03, 0x04];
const old = [0xd0, 0xcf, 0x11, 0xe0]; // Office before 2007

const begins = (bytes: Uint8Array, with_: number[]) => with_.every((byte, i) => bytes[i] === byte);

/** The sentence on a file that is no PDF, or too large; undefined: it can be tried. */
export async function troubleOf(file: Pick<File, "name" | "size" | "slice">): Promise<string | undefined> {
  const t = slidesText.peek();
  const bytes = await file
    .slice(0, head)
    .arrayBuffer()
    .catch(() => undefined);
  if (!bytes) return t.unread;
  const first = new Uint8Array(bytes);
  const text = String.fromCharCode(...first);
  if (text.includes("%PDF-")) return file.size > mostBytes ? t.large(Math.round(file.size / (1 << 20))) : undefined;
  return office.test(file.name) || begins(first, zip) || begins(first, old) ? t.office : t.notPdf;
}
