// What presenting is: a document is opened, its pages become pictures, they are stored, and shown one after the other.

import { computed, effect, signal } from "@preact/signals";
import type { Call } from "../../meeting/call";
import type { Pictures } from "../../meeting/pictures";
import { voterOf } from "../../meeting/rights";
import { mayShow } from "../../meeting/showing";
import type { Pdf, Unreadable } from "../../present/pdf";
import { hashOf, keep } from "../../video/shelf";
import { troubleOf } from "./files";
import type { Stage } from "./stage";
import { slidesText } from "./text";

const most = 200; // pages
const batches = [4, 12, 40, 100]; // pages of which the relay is told before the rest: it sends ahead what it knows
const mostTitle = 120; // characters

/** One page of the document that is open. */
export interface OwnPage {
  lo: string; // hashes
  hi: string;
  row: [lo: string, loSize: number, hi: string, hiSize: number, width: number, height: number];
  thumb: ImageBitmap;
}

/** Presents one document at a time. Call close() at the end. */
export class Presenter {
  readonly phase = signal<"none" | "opening" | "open">("none");
  readonly title = signal("");
  readonly total = signal(0); // pages
  readonly pages = signal<readonly OwnPage[]>([]); // that are drawn so far
  readonly stored = signal<ReadonlySet<string>>(new Set());
  readonly trouble = signal<string | undefined>(undefined);
  /** The page that is to be shown as soon as it is stored. */
  readonly wanted = signal<number | undefined>(undefined);
  readonly sent = computed(
    () => this.pages.value.filter(({ lo, hi }) => this.stored.value.has(lo) && this.stored.value.has(hi)).length,
  );
  readonly deck = signal<string | undefined>(undefined);
  /** Whether a document that is opened is for a report that is recorded: then nobody sees it now. */
  quiet = false;

  #pdf: Pdf | undefined;
  #work = 0; // counts documents
  #listed = 0; // pages of which the relay was told
  #lists = new Map<string, number>(); // pages of lists that go up, by hash
  #showing = false;
  #turned: number | undefined; // the page that is shown, but not yet in its full quality
  #ends: (() => void)[] = [];

  constructor(
    private readonly call: Call,
    private readonly pictures: Pictures,
    private readonly stage: Stage,
    private readonly load: () => Promise<typeof import("../../present/pdf")> = () => import("../../present/pdf"),
  ) {
    this.#ends.push(
      pictures.listen((message) => {
        if (message.type === "stored") this.#stored(message.hash);
        if (message.type !== "told" || message.message.type !== "accept" || message.message.id !== undefined) return;
        const { vi, en } = message.message;
        this.trouble.value = document.documentElement.lang === "en" ? en : vi;
      }),
      effect(() => {
        if (this.wanted.value !== undefined && this.stored.value) queueMicrotask(() => void this.#turn());
      }),
    );
  }

  /** Opens a file in the place of the one before. */
  async open(file: File): Promise<void> {
    const work = ++this.#work;
    this.#forget();
    this.phase.value = "opening";
    const trouble = await troubleOf(file);
    if (work !== this.#work) return;
    if (trouble) return this.#fail(trouble);
    const t = slidesText.peek();
    try {
      const { Pdf } = await this.load().catch(() => {
        throw new Error(t.noReader);
      });
      const pdf = await Pdf.open(await file.arrayBuffer(), most, t.failedPage);
      if (work !== this.#work) return pdf.close();
      this.#pdf = pdf;
      this.total.value = pdf.pages;
      this.title.value =
        file.name
          .replace(/\.pdf$/i, "")
          .normalize("NFC")
          .slice(0, mostTitle)
          .trim() || "PDF";
      this.phase.value = "open";
      await this.#announce(work);
      for (let n = 1; n <= pdf.pages && work === this.#work; n++) await this.#page(pdf, n, work);
      pdf.close();
    } catch (error) {
      if (work === this.#work) this.#fail(sentenceOf(error as Unreadable));
    }
  }

  /** Shows a page of the document, from 1, as soon as it is stored. */
  show(page: number): void {
    if (page < 1 || page > this.total.value) return;
    this.wanted.value = page;
  }

  /** Turns on from the page that is shown. */
  step(by: number): void {
    const slide = this.stage.slide.value;
    const from = this.wanted.value ?? (slide?.deck === this.deck.value ? slide?.page : undefined);
    if (from !== undefined) this.show(Math.min(Math.max(from + by, 1), this.total.value));
  }

  /** Shows nothing any more; the document stays open. */
  async stop(): Promise<void> {
    this.wanted.value = undefined;
    await this.call.do("hide");
  }

  close(): void {
    this.#work++;
    this.#forget();
    for (const end of this.#ends) end();
  }

  #forget(): void {
    this.#pdf?.close();
    this.#pdf = undefined;
    for (const { thumb } of this.pages.value) thumb.close();
    this.phase.value = "none";
    this.pages.value = [];
    this.total.value = 0;
    this.trouble.value = undefined;
    this.wanted.value = undefined;
    this.deck.value = undefined;
    this.#turned = undefined;
    this.#listed = 0;
    this.#lists.clear();
  }

  #fail(sentence: string): void {
    this.#work++;
    this.#forget();
    this.trouble.value = sentence;
  }

  /** Tells the meeting of the document, and learns under which name it knows it. */
  async #announce(work: number): Promise<void> {
    const known = new Set(this.#decks().map(({ id }) => id));
    const done = await this.call.do("deck", { title: this.title.value, pages: this.total.value });
    if (work !== this.#work) return;
    if (!done) throw new Error(this.call.refusal.value?.[document.documentElement.lang === "en" ? "en" : "vi"] ?? "");
    const deck = await this.#own((id) => !known.has(id));
    if (work !== this.#work) return;
    this.deck.value = deck;
    if (!this.quiet && mayShow(this.call.view.value, this.call.own.value)) this.wanted.value ??= 1;
  }

  #decks() {
    const own = this.call.own.value;
    return own ? (this.call.view.value.decks ?? []).filter(({ by }) => by === voterOf(own)) : [];
  }

  /** The first own deck that is new; the word of it may come behind the answer. */
  #own(isNew: (id: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        const deck = this.#decks().find(({ id }) => isNew(id));
        if (!deck) return;
        resolve(deck.id);
        queueMicrotask(() => stop());
      });
    });
  }

  async #page(pdf: Pdf, n: number, work: number): Promise<void> {
    const { lo, hi, width, height, thumb } = await pdf.render(n);
    const bytes = await Promise.all([lo.arrayBuffer(), hi.arrayBuffer()]);
    const hashes = await Promise.all(bytes.map((b) => hashOf(b)));
    if (work !== this.#work) return thumb.close();
    bytes.forEach((b, i) => {
      this.stage.put(hashes[i], b.slice(0));
      void keep(hashes[i], b.slice(0));
    });
    const [loHash, hiHash] = hashes;
    const row: OwnPage["row"] = [loHash, lo.size, hiHash, hi.size, width, height];
    this.pages.value = [...this.pages.value, { lo: loHash, hi: hiHash, row, thumb }];
    bytes.forEach((b, i) => {
      if (!this.stored.value.has(hashes[i]) && (i === 0 || hiHash !== loHash)) this.#offer(hashes[i], "slide", b);
    });
    void this.#list(work);
  }

  #offer(hash: string, kind: "slide" | "deck", bytes: ArrayBuffer): void {
    this.pictures.tell({ type: "offer", hash, kind, bytes }, [bytes]);
  }

  #stored(hash: string): void {
    const pages = this.#lists.get(hash);
    if (pages === undefined) {
      this.stored.value = new Set(this.stored.value).add(hash);
      void this.#list(this.#work);
      return;
    }
    this.#lists.delete(hash);
    if (this.deck.value) void this.call.do("deck", { deck: this.deck.value, list: hash });
  }

  /** Tells the relay what there is to be sent ahead. */
  async #list(work: number): Promise<void> {
    const pages = this.pages.value;
    let whole = 0;
    while (whole < pages.length && this.stored.value.has(pages[whole].lo) && this.stored.value.has(pages[whole].hi))
      whole++;
    const next = batches.find((n) => n > this.#listed) ?? this.total.value;
    if (whole <= this.#listed || whole < Math.min(next, this.total.value)) return;
    this.#listed = whole;
    const text = JSON.stringify({ pages: pages.slice(0, whole).map(({ row }) => row) });
    const bytes = new TextEncoder().encode(text);
    const hash = await hashOf(bytes);
    if (work !== this.#work) return;
    this.#lists.set(hash, whole);
    this.#offer(hash, "deck", bytes.buffer);
  }

  /** Turns to the page that is wanted, and gives it its full quality once that is stored. One turn is under way at a time: of many presses the last counts. */
  async #turn(): Promise<void> {
    const { deck, wanted, stored, pages } = this;
    const n = wanted.value;
    const page = n === undefined ? undefined : pages.value[n - 1];
    if (this.#showing || !deck.value || n === undefined || !page || !stored.value.has(page.lo)) return;
    const hi = stored.value.has(page.hi) ? page.hi : undefined;
    const slide = this.stage.slide.value;
    const there = slide?.deck === deck.value && slide.page === n;
    if (this.#turned === n && !there) wanted.value = undefined; // somebody else shows something by now
    if (this.#turned === n && !(there && hi)) return;
    this.#showing = true;
    const done = await this.call.do("show", { deck: deck.value, page: n, lo: page.lo, ...(hi && { hi }) });
    this.#showing = false;
    const more = done && !hi;
    this.#turned = more ? n : undefined;
    if (wanted.value !== n) void this.#turn();
    else if (!more) wanted.value = undefined;
    else if (stored.value.has(page.hi)) void this.#turn();
  }
}

function sentenceOf(error: Unreadable): string {
  const t = slidesText.peek();
  switch (error.why) {
    case undefined:
      return error.message || t.unread;
    case "many":
      return t.many(error.pages);
    default:
      return t[error.why];
  }
}
