// Reports that go up: as slowly as the line likes, on and on after outages and reloads, until the meeting knows them.

import { signal } from "@preact/signals";
import type { Call } from "../meeting/call";
import type { Sentence } from "../meeting/messages";
import type { Pictures } from "../meeting/pictures";
import { forget, type Kept, keep, kept } from "./kept";

/** A report on its way. */
export interface Going extends Kept {
  size: number; // bytes
  part: number; // 0 to 1
  trouble?: Sentence; // refused
}

/** Brings reports. Call close() at the end. */
export class Outgoing {
  readonly all = signal<readonly Going[]>([]);
  /** One that was recorded before a reload, and neither sent nor thrown away. */
  readonly draft = signal<[Kept, Uint8Array<ArrayBuffer>] | undefined>(undefined);

  #files = new Map<string, Uint8Array<ArrayBuffer>>();
  #stop: () => void;
  #closed = false;

  constructor(
    private readonly call: Pick<Call, "do" | "refusal">,
    private readonly pictures: Pick<Pictures, "listen" | "tell">,
    readonly code: string,
  ) {
    this.#stop = pictures.listen((message) => {
      if (message.type === "progress") this.#change(message.hash, { part: message.part });
      if (message.type === "stored") void this.#stored(message.hash);
      if (message.type !== "told" || message.message.type !== "accept" || message.message.id !== undefined) return;
      this.#change(message.message.hash, { trouble: message.message });
    });
    void this.#restore();
  }

  /** Sends a report. */
  send(of: Kept, file: Uint8Array<ArrayBuffer>): void {
    const sent = { ...of, sent: true };
    this.#files.set(of.hash, file);
    this.all.value = [
      ...this.all.value.filter(({ hash }) => hash !== of.hash),
      { ...sent, size: file.length, part: 0 },
    ];
    void keep(sent, file);
    this.#offer(of.hash, file);
  }

  /** Sends again what was refused. */
  again(hash: string): void {
    const file = this.#files.get(hash);
    if (!file) return;
    this.#change(hash, { trouble: undefined, part: 0 });
    this.#offer(hash, file);
  }

  /** Gives it up. */
  drop(hash: string): void {
    this.#files.delete(hash);
    this.all.value = this.all.value.filter((going) => going.hash !== hash);
    void forget(hash);
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  async #restore(): Promise<void> {
    for (const [of, file] of await kept(this.code)) {
      if (this.#closed) return;
      if (of.sent) this.send(of, file);
      else this.draft.value = [of, file];
    }
  }

  #offer(hash: string, file: Uint8Array<ArrayBuffer>): void {
    const bytes = file.slice().buffer;
    this.pictures.tell({ type: "offer", hash, kind: "report", bytes }, [bytes]);
  }

  #change(hash: string, change: Partial<Going>): void {
    this.all.value = this.all.value.map((going) => (going.hash === hash ? { ...going, ...change } : going));
  }

  /** The file is there: the meeting is told of it. */
  async #stored(hash: string): Promise<void> {
    const going = this.all.value.find((of) => of.hash === hash);
    if (!going || this.#closed) return;
    this.#change(hash, { part: 1 });
    const { title, ms, size } = going;
    if (await this.call.do("report", { title, ms, size, hash })) this.drop(hash);
    else this.#change(hash, { trouble: this.call.refusal.peek() });
  }
}
