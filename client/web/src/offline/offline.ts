// What the media worker does beside the meeting so that the next visit needs no TCP: it keeps the page as the relay has it, and the certificates
// that the relay will use. It begins when the voice is under way, and the relay sends what is missing beside the voice.

import { getMeeting } from "../meeting/api";
import type { FromWorker, Relay, ToWorker } from "../meeting/messages";
import { BadBundle, type Manifest } from "./manifest";
import { httpSource, SessionSource, type Streams } from "./source";
import { Store } from "./store";
import { update } from "./update";

const startAfter = 5000; // ms from the welcome
const againAfter = 30_000; // ms from a failure within a session
const mostTries = 3; // in a session
const maxHashes = 16_384; // bytes

/** The part of a welcome that matters here. */
export interface Greeting {
  build?: string;
  relays?: string[];
  meeting: { code: string };
}

/** Keeps the page. Made once per worker. */
export class Offline {
  /** The build of the page that this browser keeps, once it is known. */
  build: string | undefined;

  readonly #store = new Store();
  readonly #ready: Promise<void>;
  #running: Manifest | undefined; // of the page that runs, if it came from the cache
  #keeping = false; // there is a service worker to give the page out
  #relays: Relay[] = [];
  #learnt = false;
  #greeting: Greeting | undefined;
  #streams: Partial<Streams> = {};
  #source: { build?: string; files: SessionSource } | undefined;
  #busy: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly post: (message: FromWorker) => void) {
    this.#ready = this.#look().catch(() => undefined);
  }

  /** Takes a message from the page; false if it is for others, too. */
  take(message: ToWorker): boolean {
    switch (message.type) {
      case "join":
        this.#relays = message.relays;
        return false;
      case "keep":
        this.#keeping = true;
        this.#begin(startAfter);
        return true;
      case "renew":
        void this.#renew();
        return true;
    }
    return false;
  }

  /** The relay welcomed us in this session. */
  welcome(greeting: Greeting, session: Partial<Streams>): void {
    this.#greeting = greeting;
    this.#streams = session;
    this.#source?.files.use(undefined); // an earlier session's
    this.#begin(startAfter);
  }

  async #look(): Promise<void> {
    this.build = await this.#store.build();
    this.#running = await this.#store.manifest();
  }

  #begin(after: number, tries = mostTries): void {
    clearTimeout(this.#timer);
    const { build } = this.#greeting ?? {};
    if (tries === 0 || !this.#greeting) return;
    this.#timer = setTimeout(() => {
      const greeting = this.#greeting;
      this.#busy = this.#busy
        .then(() => this.#refresh(build))
        .catch(() => {
          if (greeting === this.#greeting) this.#begin(againAfter, tries - 1);
        });
    }, after);
  }

  /** Learns the certificates, then the page. */
  async #refresh(build: string | undefined): Promise<void> {
    await this.#ready;
    if (!this.#source || this.#source.build !== build) this.#source = { build, files: new SessionSource() };
    const { files } = this.#source;
    const inside = this.#streams.openStream !== undefined;
    files.use(inside ? (this.#streams as Streams) : undefined);
    if (!this.#learnt) await this.#learn(inside ? files : undefined);
    this.#learnt = true; // they hold for a year: once a visit is enough
    if (this.#keeping && build !== undefined) await this.#update(inside ? files : undefined, build);
  }

  async #learn(files: SessionSource | undefined): Promise<void> {
    const { relays = [], meeting } = this.#greeting ?? { meeting: { code: "" } };
    if (!files) {
      this.post({ type: "relays", relays: (await getMeeting(meeting.code)).relays });
      return;
    }
    const hashes: unknown = JSON.parse(new TextDecoder().decode(await files.raw("hashes.json", maxHashes)));
    if (!Array.isArray(hashes) || hashes.some((hash) => typeof hash !== "string")) throw new BadBundle("no hashes");
    const urls = new Set([...this.#relays.map(({ url }) => url), ...relays]);
    this.post({ type: "relays", relays: [...urls].map((url) => ({ url, hashes })) });
  }

  /** One tab at a time writes the cache. */
  async #update(files: SessionSource | undefined, build?: string): Promise<boolean> {
    const work = async (): Promise<boolean> => {
      const done = await update(this.#store, files ?? httpSource, build, this.#running);
      this.build = done.build;
      return done.fresh;
    };
    if (!navigator.locks) return work();
    return navigator.locks.request("diemcau.page", { ifAvailable: true }, (lock) => (lock ? work() : false));
  }

  async #renew(): Promise<void> {
    await this.#ready;
    try {
      const fresh = await this.#update(undefined);
      this.post({ type: "renewed", page: fresh ? "new" : "same" });
    } catch (error) {
      this.post({ type: "renewed", page: error instanceof BadBundle ? "bad" : "unreachable" });
    }
  }
}
