// The sentences of slides, in English.

import type { SlidesText } from "./text";

export const en: SlidesText = {
  present: "Present",
  presenting: "Slides",
  page: (n, of) => `page ${n}/${of}`,
  coming: "The page is on its way",
  next: "Next page",
  previous: "Previous page",
  stop: "Stop presenting",
  pages: "Pages",
  record: "Record a report ahead",
  choose: "Open a PDF",
  another: "Open another file",
  drop: "Press the button, or drop a PDF here. Word and PowerPoint files: save them as PDF first.",
  opening: "Opening the document…",
  drawing: (n, of) => `Preparing page ${n}/${of}`,
  sent: (n, of) => `${n}/${of} pages sent`,
  allSent: "All pages are sent.",
  waits: "This page is being sent and appears as soon as it is there.",
  before: "The document is sent ahead. When the chair calls you, press a page to show it.",
  hint: "Hold the mouse on the page to point. Page Up and Page Down turn pages.",
  close: "Close",
  failedPage: "This page cannot be read",
  keyNext: "Turn the page (who presents)",

  notPdf: "This is no PDF: choose a file that ends in .pdf.",
  office: "This is an Office file: save it as PDF, then open that.",
  damaged: "This PDF is damaged and cannot be opened: save it as PDF again and retry.",
  encrypted: "This PDF has a password: save a copy without one, then open that.",
  empty: "This PDF has no pages: choose another file.",
  many: (n) => `The document has ${n} pages, at most 200: split it into shorter files.`,
  large: (mb) => `The file has ${mb} MB, at most 100 MB: make it smaller or split it.`,
  webp: "This browser cannot present: use Chrome or Edge.",
  noReader: "What reads PDFs did not come over the line: check it, then open the file again.",
  unread: "The file cannot be read: copy it to this computer, then open it again.",
};
