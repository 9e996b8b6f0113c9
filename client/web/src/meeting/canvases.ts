// Where pictures are drawn. Every frame that comes is closed, whether anybody sees it or not.

/** What may be drawn and has to be closed: a VideoFrame. */
export type Frame = Pick<VideoFrame, "displayWidth" | "displayHeight" | "close">;

/** The canvas of a page, or its stand-in in tests. */
export type Canvas = Pick<HTMLCanvasElement, "width" | "height"> & {
  getContext(kind: "2d", options?: object): Pick<CanvasRenderingContext2D, "drawImage"> | null;
};

/** The page that draws. */
export interface Page {
  readonly hidden: boolean; // then it may never draw
  later(draw: () => void): void; // when it draws next
  taken(key: string): void; // a frame was drawn, or passed over: another may come
}

interface Place {
  canvases: Set<Canvas>;
  last?: Canvas; // drawn on last, perhaps no longer in the page
  waiting?: Frame;
}

/** The canvases of all pictures, by key. Newer frames take the place of those that nobody has drawn yet. */
export class Canvases {
  #places = new Map<string, Place>();
  #asked = false;

  constructor(private readonly page: Page) {}

  /** Draws a picture on a canvas from now on, beginning with what is known of it. Returns how to stop. */
  show(key: string, canvas: Canvas): () => void {
    const place = this.#place(key);
    if (place.last && place.last !== canvas) copy(place.last, place.last.width, place.last.height, canvas);
    place.last ??= canvas;
    place.canvases.add(canvas);
    return () => {
      place.canvases.delete(canvas);
    };
  }

  /** A frame came; it is closed here. */
  take(key: string, frame: Frame): void {
    const place = this.#place(key);
    if (place.waiting) this.#close(key, place.waiting);
    place.waiting = frame;
    if (this.page.hidden)
      this.#draw(); // a small window of its own may still be seen
    else if (!this.#asked) {
      this.#asked = true;
      this.page.later(() => {
        this.#asked = false;
        this.#draw();
      });
    }
  }

  /** Forgets all pictures but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const [key, { waiting, canvases }] of this.#places) {
      if (keys.has(key)) continue;
      waiting?.close();
      const place = { canvases };
      if (canvases.size > 0) this.#places.set(key, place);
      else this.#places.delete(key);
    }
  }

  #place(key: string): Place {
    let place = this.#places.get(key);
    if (!place) {
      place = { canvases: new Set() };
      this.#places.set(key, place);
    }
    return place;
  }

  #draw(): void {
    for (const [key, place] of this.#places) {
      const { waiting, canvases } = place;
      if (!waiting) continue;
      place.waiting = undefined;
      for (const canvas of canvases) {
        copy(waiting, waiting.displayWidth, waiting.displayHeight, canvas);
        place.last = canvas;
      }
      this.#close(key, waiting);
    }
  }

  #close(key: string, frame: Frame): void {
    frame.close();
    this.page.taken(key);
  }
}

function copy(from: Frame | Canvas, width: number, height: number, to: Canvas): void {
  if (to.width !== width || to.height !== height) Object.assign(to, { width, height }); // empties it
  to.getContext("2d", { alpha: false })?.drawImage(from as CanvasImageSource, 0, 0, width, height);
}
