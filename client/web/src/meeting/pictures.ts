// The pictures of a meeting: which there are, which of them one sees, and one's own. The video worker receives, decodes and encodes them; here they are state that the page draws.

import { batch, computed, effect, signal } from "@preact/signals";
import type { FromVideo, Shown, SourceName, ToVideo, WatchMode } from "../video/messages";
import type { Call } from "./call";
import { type Canvas, Canvases } from "./canvases";
import { recall, remember } from "./memory";
import type { Sentence } from "./messages";
import { OwnPictures } from "./ownpictures";

/** The video worker, or its stand-in in tests. */
export interface VideoWorker {
  postMessage(message: ToVideo, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromVideo>) => void) | null;
}

/** One picture that somebody sends. */
export interface Picture {
  key: string; // publication and source
  publication: number;
  source: SourceName;
  layer: number; // that is sent to this page now; 0: none
  paused: boolean; // nothing new comes: its last frame stays
  seen: boolean; // there is something of it to show
}

/** What a line still carries when it carries no moving picture. */
export type Narrow = "stills" | "voice" | undefined;

/** Hears what is no matter of pictures. */
export type Listener = (message: FromVideo) => void;

const sources: readonly SourceName[] = ["camera", "screen"];
const modes: readonly WatchMode[] = ["all", "slides", "voice"];
const narrowAfter = 6000; // ms: what a line does for a moment, or while it is tried, is no state
const hiddenAfter = 5000; // ms for which a page may be out of sight before it asks for less
const heights = [180, 360, 720];

const keyOf = (publication: number, source: SourceName) => `${publication} ${source}`;
const isStill = (layer: number) => layer === 2 || layer === 8;

/** The pictures of one stay in a meeting. Owns its worker; call close() at the end. */
export class Pictures {
  readonly mode = signal<WatchMode>(modes.find((mode) => mode === recall("watch")) ?? "all");
  readonly all = signal<readonly Picture[]>([]);
  readonly chosen = signal<number | undefined>(undefined); // the publication that the person enlarged
  readonly room = signal(0); // kbit/s for pictures
  readonly narrow = signal<Narrow>(undefined);
  readonly trouble = signal<Sentence | undefined>(undefined);
  readonly own: OwnPictures;

  /** The large picture: the person's choice, or the relay's. */
  readonly large = computed<Picture | undefined>(() => {
    if (this.mode.value === "voice") return undefined;
    const large = this.all.value.find(({ key }) => key === this.#large.value);
    const chosen = this.chosen.value;
    if (chosen === undefined || large?.publication === chosen) return large;
    return this.all.value.filter(({ publication }) => publication === chosen).at(-1) ?? large;
  });

  /** The others that come or came, as many as there is room for, in an order that stays. */
  readonly small = computed<readonly Picture[]>(() => {
    if (this.mode.value === "voice") return [];
    const others = this.all.value.filter(
      ({ key, layer, seen }) => key !== this.large.value?.key && (layer > 0 || seen),
    );
    const first = [...others].sort((a, b) => Number(b.layer > 0) - Number(a.layer > 0)).slice(0, this.#small.value);
    return others.filter((picture) => first.includes(picture));
  });

  #worker: VideoWorker;
  #large = signal<string | undefined>(undefined);
  #listeners = new Set<Listener>();
  #seen = new Set<string>();
  #paused = new Set<string>();
  #canvases: Canvases;
  #small = signal(5);
  #height = signal(720);
  #away = signal(false); // nobody can see the page
  #floats = signal(false); // the large picture has a window of its own
  #said = "";
  #ends: (() => void)[] = [];
  #narrowest: Narrow;
  #narrowing: ReturnType<typeof setTimeout> | undefined;

  /** Connects the worker with the line of the call. */
  constructor(
    worker: VideoWorker,
    private readonly call: Pick<Call, "lend" | "own">,
    private readonly page: Document,
  ) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#take(data);
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ type: "port", port: port1 }, [port1]);
    call.lend(port2);
    this.#canvases = new Canvases({
      get hidden() {
        return page.hidden;
      },
      later: (draw) => requestAnimationFrame(draw),
      taken: (key) => {
        const [publication, source] = key.split(" ");
        this.tell({ type: "drawn", publication: Number(publication), source: source as SourceName });
      },
    });
    this.own = new OwnPictures((message, transfer) => this.tell(message, transfer));
    this.#ends.push(
      effect(() => this.#watch()),
      this.#lookAway(),
    );
  }

  /** What the person wants to see, kept from visit to visit. */
  choose(mode: WatchMode): void {
    remember("watch", mode);
    this.mode.value = mode;
  }

  /** Makes a picture the large one; undefined: as the relay thinks best. */
  enlarge(publication: number | undefined): void {
    this.chosen.value = publication;
  }

  /** How much room there is on the page: px of the large picture, and how many small ones. */
  sized(height: number, small: number): void {
    this.#height.value = heights.find((h) => h >= height) ?? heights[heights.length - 1];
    this.#small.value = small;
  }

  /** Whether the large picture has a window of its own: then it is seen while the page is not. */
  float(floats: boolean): void {
    this.#floats.value = floats;
  }

  /** Draws a picture on a canvas. Returns how to stop. */
  show(key: string, canvas: Canvas): () => void {
    return this.#canvases.show(key, canvas);
  }

  /** Says something of slides or files to the worker. */
  tell(message: ToVideo, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Hears all that the worker says of slides and files. Returns how to stop. */
  listen(take: Listener): () => void {
    this.#listeners.add(take);
    return () => this.#listeners.delete(take);
  }

  /** Ends the worker, one's own camera and all drawing. */
  close(): void {
    for (const end of this.#ends) end();
    clearTimeout(this.#narrowing);
    this.own.close();
    this.#worker.onmessage = null;
    this.#worker.terminate();
    this.#canvases.keep(new Set());
  }

  #take(message: FromVideo): void {
    switch (message.type) {
      case "frame":
        this.#frame(keyOf(message.publication, message.source), message.frame);
        break;
      case "pictures":
        this.#told(message.of, message.large, message.room);
        break;
      case "paused":
        this.#paused[message.paused ? "add" : "delete"](keyOf(message.publication, message.source));
        this.#mark();
        break;
      case "sending":
        this.own.sending(message.layers, message.behind);
        break;
      case "trouble":
        this.trouble.value = message;
        break;
      default:
        for (const listener of this.#listeners) listener(message);
    }
  }

  #frame(key: string, frame: VideoFrame): void {
    this.#canvases.take(key, frame);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#mark();
  }

  #told(told: Shown[], large: Shown | undefined, room: number): void {
    const own = this.call.own.value?.publication;
    const of = told.filter(([publication]) => publication !== own);
    const keys = new Set(of.map(([publication, source]) => keyOf(publication, sources[source])));
    for (const set of [this.#seen, this.#paused]) for (const key of set) if (!keys.has(key)) set.delete(key);
    this.#canvases.keep(keys);
    const all = of.map(([publication, source, layer]) => this.#picture(publication, sources[source], layer));
    batch(() => {
      this.#large.value = large && keyOf(large[0], sources[large[1]]);
      this.all.value = all;
      this.room.value = room;
      if (!of.some(([publication]) => publication === this.chosen.value)) this.chosen.value = undefined;
    });
    this.#narrowed(narrowOf(all, this.mode.value));
  }

  #picture(publication: number, source: SourceName, layer: number): Picture {
    const key = keyOf(publication, source);
    return { key, publication, source, layer, paused: this.#paused.has(key), seen: this.#seen.has(key) };
  }

  #mark(): void {
    this.all.value = this.all.value.map((p) => this.#picture(p.publication, p.source, p.layer));
  }

  /** A line that becomes narrow is believed when it stays so; one that is wide again at once. */
  #narrowed(narrow: Narrow): void {
    this.#narrowest = narrow;
    if (narrow === undefined || this.narrow.value !== undefined) {
      clearTimeout(this.#narrowing);
      this.#narrowing = undefined;
      this.narrow.value = narrow;
    } else
      this.#narrowing ??= setTimeout(() => {
        this.narrow.value = this.#narrowest;
      }, narrowAfter);
  }

  #watch(): void {
    const unseen = this.#away.value && !this.#floats.value;
    const mode = unseen && this.mode.value === "all" ? "slides" : this.mode.value;
    const message: ToVideo = {
      type: "watch",
      mode,
      large: this.chosen.value ?? 0,
      small: this.#small.value,
      height: this.#height.value,
    };
    const said = JSON.stringify(message);
    if (said === this.#said) return;
    this.#said = said;
    this.tell(message);
  }

  /** A page that nobody can see asks for no pictures, after a moment. */
  #lookAway(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (!this.page.hidden) this.#away.value = false;
      else
        timer = setTimeout(() => {
          this.#away.value = true;
        }, hiddenAfter);
    };
    this.page.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      this.page.removeEventListener("visibilitychange", look);
    };
  }
}

/** What is left of the pictures, if none of them moves any more though some are wanted. */
function narrowOf(all: readonly Picture[], mode: WatchMode): Narrow {
  const wanted = mode === "all" ? all : [];
  const come = wanted.filter(({ layer }) => layer > 0);
  if (wanted.length === 0 || come.some(({ layer }) => !isStill(layer))) return undefined;
  return come.length > 0 ? "stills" : "voice";
}
