// The large picture in a small window of its own, above other programs.

import { effect, signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import { nameOf } from "./names";

interface FloatingWindows {
  requestWindow(size: { width: number; height: number }): Promise<Window>;
}

declare global {
  interface Window {
    documentPictureInPicture?: FloatingWindows;
  }
}

const size = { width: 480, height: 300 };

/** Whether this browser has such windows. */
export const canFloat = () => "documentPictureInPicture" in window || document.pictureInPictureEnabled === true;

/** The window. Call close() at the end. */
export class Float {
  readonly open = signal(false);
  #end: (() => void) | undefined;

  constructor(
    private readonly pictures: Pictures,
    private readonly call: Call,
  ) {}

  /** Opens the window, or closes it. A browser that refuses changes nothing. */
  async toggle(): Promise<void> {
    if (this.#end) return this.close();
    const canvas = document.createElement("canvas");
    try {
      this.#end = await (window.documentPictureInPicture ? this.#window(canvas) : this.#video(canvas));
    } catch {
      return;
    }
    const stop = follow(this.pictures, canvas);
    const close = this.#end;
    this.#end = () => {
      stop();
      close();
    };
    this.open.value = true;
    this.pictures.float(true);
  }

  /** Closes the window. */
  close(): void {
    const end = this.#end;
    this.#end = undefined;
    this.open.value = false;
    this.pictures.float(false);
    end?.();
  }

  async #window(canvas: HTMLCanvasElement): Promise<() => void> {
    const floating = await (window.documentPictureInPicture as FloatingWindows).requestWindow(size);
    const { body } = floating.document;
    const name = floating.document.createElement("p");
    // Style by script: the page's security policy allows no other in a window that has no files.
    Object.assign(body.style, { margin: "0", height: "100vh", background: "#150f0c", overflow: "hidden" });
    Object.assign(canvas.style, { width: "100%", height: "100%", objectFit: "contain", display: "block" });
    Object.assign(name.style, {
      position: "absolute",
      inset: "auto auto 8px 8px",
      margin: "0",
      padding: "2px 10px",
      borderRadius: "8px",
      background: "rgb(0 0 0 / 0.7)",
      color: "#fdf6e7",
      font: "600 18px system-ui, sans-serif",
    });
    body.append(canvas, name);
    const stop = effect(() => {
      name.textContent = nameOf(this.call, this.pictures.large.value);
      name.hidden = name.textContent === "";
    });
    floating.addEventListener("pagehide", () => this.close());
    return () => {
      stop();
      floating.close();
    };
  }

  /** Where windows cannot hold a page they can hold a film: the canvas is one. */
  async #video(canvas: HTMLCanvasElement): Promise<() => void> {
    const film = document.createElement("video");
    film.muted = true;
    film.srcObject = canvas.captureStream();
    await film.play();
    await film.requestPictureInPicture();
    film.addEventListener("leavepictureinpicture", () => this.close());
    return () => {
      film.srcObject = null;
      if (document.pictureInPictureElement === film) void document.exitPictureInPicture();
    };
  }
}

/** Draws the large picture, whichever it is. */
function follow(pictures: Pictures, canvas: HTMLCanvasElement): () => void {
  let key: string | undefined;
  let stop: (() => void) | undefined;
  const end = effect(() => {
    const now = pictures.large.value?.key;
    if (now === key) return;
    stop?.();
    key = now;
    stop = now === undefined ? undefined : pictures.show(now, canvas);
  });
  return () => {
    end();
    stop?.();
  };
}
