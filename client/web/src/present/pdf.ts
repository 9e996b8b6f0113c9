// Pages of a PDF as pictures. Only who presents loads this, over HTTP: pdf.js weighs more than all the rest of the page.

import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import jbig2 from "pdfjs-dist/wasm/jbig2.wasm?url";
import openjpeg from "pdfjs-dist/wasm/openjpeg.wasm?url";
import { type Encoded, encode } from "./webp";

/** Pixels of a page at most: those of a television, of which a page that lies is 1280 wide. */
const box = { width: 1280, height: 1080 };
const mostImage = 40e6; // pixels of a picture within a page: larger ones are left out
const patience = 30_000; // ms for a page
const thumb = 240; // px

/** Why a document is not shown. */
export type Why = "damaged" | "encrypted" | "many" | "empty" | "webp";

/** A document that cannot be shown. */
export class Unreadable extends Error {
  constructor(
    readonly why: Why,
    readonly pages = 0,
  ) {
    super(why);
  }
}

/** A page in two qualities. */
export interface Rendered extends Encoded {
  thumb: ImageBitmap;
}

/** What pdf.js asks for while it reads, by name. */
class Files {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const url = { "jbig2.wasm": jbig2, "openjpeg.wasm": openjpeg }[filename];
    const answer = url ? await fetch(url) : undefined;
    if (!answer?.ok) throw new Error(`no ${filename}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

const options = {
  maxImageSize: mostImage,
  useWorkerFetch: false,
  BinaryDataFactory: Files,
  enableXfa: false,
  verbosity: 0,
};

/** A PDF that is open. */
export class Pdf {
  private constructor(
    private readonly document: PDFDocumentProxy,
    private readonly failed: string,
  ) {}

  /** Reads a PDF of at most so many pages, or throws Unreadable. failed stands on pages that cannot be drawn. The bytes are taken away. */
  static async open(bytes: ArrayBuffer, most: number, failed: string): Promise<Pdf> {
    GlobalWorkerOptions.workerSrc = workerUrl;
    const task = getDocument({ ...options, data: bytes, stopAtErrors: false });
    const document = await task.promise.catch((error: Error) => {
      void task.destroy();
      throw new Unreadable(error.name === "PasswordException" ? "encrypted" : "damaged");
    });
    const { numPages } = document;
    if (numPages > most || numPages < 1) {
      void task.destroy();
      throw new Unreadable(numPages < 1 ? "empty" : "many", numPages);
    }
    return new Pdf(document, failed);
  }

  get pages(): number {
    return this.document.numPages;
  }

  /** Draws a page, from 1. One that is damaged, or too much, is a sheet that says so. Throws Unreadable where the browser writes no WebP. */
  async render(n: number): Promise<Rendered> {
    const canvas = (await this.draw(n).catch(() => undefined)) ?? sheet(this.failed);
    const encoded = await encode(canvas);
    if (!encoded) throw new Unreadable("webp");
    const height = Math.max(Math.round((thumb * canvas.height) / canvas.width), 1);
    const small = await createImageBitmap(canvas, { resizeWidth: thumb, resizeHeight: height, resizeQuality: "high" });
    return { ...encoded, thumb: small };
  }

  close(): void {
    void this.document.destroy();
  }

  private async draw(n: number): Promise<HTMLCanvasElement> {
    const page = await this.document.getPage(n);
    const natural = page.getViewport({ scale: 1 });
    const scale = Math.min(box.width / natural.width, box.height / natural.height);
    const viewport = page.getViewport({ scale });
    const canvas = document.createElement("canvas");
    canvas.width = Math.min(Math.max(Math.round(viewport.width), 1), box.width);
    canvas.height = Math.min(Math.max(Math.round(viewport.height), 1), box.height);
    const drawing = page.render({ canvas, viewport, intent: "print", background: "#fff" }); // print: also while the window is hidden
    const late = setTimeout(() => drawing.cancel(), patience);
    try {
      await drawing.promise;
    } finally {
      clearTimeout(late);
      page.cleanup();
    }
    if (isWhite(canvas)) await this.judge(n);
    return canvas;
  }

  /** Throws if something of a page is left out: a scan that is too large is a white page else, and nobody knows why. */
  private async judge(n: number): Promise<void> {
    const task = getDocument({ ...options, data: await this.document.getData(), stopAtErrors: true });
    try {
      const [strict, all] = await Promise.all([task.promise, this.document].map(async (of) => stepsOf(await of, n)));
      if (strict < all) throw new Error("something is left out");
    } finally {
      void task.destroy();
    }
  }
}

/** How many steps draw a page. */
async function stepsOf(document: PDFDocumentProxy, n: number): Promise<number> {
  const page = await document.getPage(n);
  return (await page.getOperatorList({ intent: "print" })).fnArray.length;
}

function isWhite(canvas: HTMLCanvasElement): boolean {
  const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels !== undefined && new Uint32Array(pixels.buffer).every((pixel) => pixel === 0xffffffff);
}

/** An empty page with a sentence. */
function sheet(text: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = box.width;
  canvas.height = 720;
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#5b4636";
    context.font = "40px sans-serif";
    context.textAlign = "center";
    context.fillText(text, canvas.width / 2, canvas.height / 2);
  }
  return canvas;
}
