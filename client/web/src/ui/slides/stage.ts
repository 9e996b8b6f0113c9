// The page that is shown to all: which it is, what of it is there, and where its presenter points.

import { computed, effect, signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import type { Slide } from "../../meeting/view";
import type { FromVideo } from "../../video/messages";
import { taken } from "../../video/shelf";

const most = 240; // files in memory
const scale = 10_000; // of the pointer
const pointFor = 4000; // ms after which a pointer that is told of no more is gone
const pointEvery = 100; // ms

/** A place on a page: 0 to 1 of its width and height. */
export interface Spot {
  x: number;
  y: number;
}

/** What is there of a page. */
export interface Sight {
  slide: Slide;
  bitmap: ImageBitmap;
  hi: boolean;
}

/** The slides of one stay in a meeting, as one sees them. Call close() at the end. */
export class Stage {
  /** The page that is shown; undefined: none. */
  readonly slide = computed<Slide | undefined>(() => this.call.view.value.slide);
  /** The last page of which something is there: it stays until the next one has something. */
  readonly sight = signal<Sight | undefined>(undefined);
  readonly spot = signal<Spot | undefined>(undefined);
  /** Whether this page presents. */
  readonly own = computed(() => this.slide.value !== undefined && this.slide.value.seat === this.call.you.value);
  /** Whether what is seen is the page that is shown. */
  readonly current = computed(() => {
    const [slide, sight] = [this.slide.value, this.sight.value];
    return slide !== undefined && sight?.slide.deck === slide.deck && sight.slide.page === slide.page;
  });

  #files = new Map<string, ArrayBuffer>(); // by hash, the oldest first
  #ends: (() => void)[] = [];
  #looks = 0;
  #gone: ReturnType<typeof setTimeout> | undefined;
  #pointed = 0;

  constructor(
    private readonly call: Pick<Call, "view" | "you">,
    private readonly pictures: Pick<Pictures, "listen" | "tell">,
    private readonly decode: (bytes: ArrayBuffer) => Promise<ImageBitmap> = browserDecode,
  ) {
    this.#ends.push(
      pictures.listen((message) => this.#take(message)),
      effect(() => {
        const slide = this.slide.value;
        if (slide) void this.#look(slide);
        else this.#clear();
      }),
    );
  }

  /** Has a file at hand: one that came, or one's own. */
  put(hash: string, bytes: ArrayBuffer): void {
    this.#files.set(hash, bytes);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= most) break;
      this.#files.delete(oldest);
    }
    const slide = this.slide.value;
    if (slide && (slide.lo === hash || slide.hi === hash)) void this.#look(slide);
  }

  /** Points, or no more; others are told at most ten times a second. */
  point(spot: Spot | undefined, now: number): void {
    if (!this.own.value) return;
    this.spot.value = spot;
    if (spot && now - this.#pointed < pointEvery) return;
    this.#pointed = spot ? now : 0;
    const at = spot && { x: Math.round(spot.x * scale), y: Math.round(spot.y * scale) };
    this.pictures.tell({ type: "tell", message: { type: "point", ...at } });
  }

  close(): void {
    for (const end of this.#ends) end();
    clearTimeout(this.#gone);
    this.#clear();
  }

  #take(message: FromVideo): void {
    if (message.type === "blob" && message.kind === "slide") this.put(message.hash, message.bytes);
    if (message.type !== "told" || message.message.type !== "pointer") return;
    const { seat, x, y } = message.message;
    if (seat !== this.slide.value?.seat || this.own.value) return;
    clearTimeout(this.#gone);
    this.spot.value = x === undefined || y === undefined ? undefined : { x: x / scale, y: y / scale };
    this.#gone = setTimeout(() => {
      this.spot.value = undefined;
    }, pointFor);
  }

  /** Shows the best that there is of a page. */
  async #look(slide: Slide): Promise<void> {
    const look = ++this.#looks;
    const seen = this.sight.peek();
    const same = seen?.slide.deck === slide.deck && seen.slide.page === slide.page;
    if (!same) this.spot.value = undefined;
    for (const hash of [slide.hi, slide.lo]) {
      const hi = hash === slide.hi;
      if (!hash || (same && seen && (seen.hi || !hi))) continue;
      const bytes = this.#files.get(hash) ?? (await taken(hash));
      if (look !== this.#looks) return;
      const bitmap = bytes && (await this.decode(bytes).catch(() => undefined));
      if (look !== this.#looks) return;
      if (!bitmap) continue;
      this.sight.value = { slide, bitmap, hi };
      return;
    }
  }

  #clear(): void {
    this.#looks++;
    this.sight.value = undefined;
    this.spot.value = undefined;
  }
}

const browserDecode = (bytes: ArrayBuffer) => createImageBitmap(new Blob([bytes], { type: "image/webp" }));
