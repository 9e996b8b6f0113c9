// A call: what the media worker reports, as state that the page draws.

import { signal } from "@preact/signals";
import { Above } from "./above";
import type { FromWorker, Relay, Seat, Sentence, ToWorker } from "./messages";
import { type Notice, Notices } from "./notices";
import type { CallState } from "./outage";
import { OwnLine } from "./ownline";
import { type Levels, type Speakers, Speaking, sameSpeakers } from "./speaking";

/** The media worker, or its stand-in in tests. */
export interface MediaWorker {
  postMessage(message: ToWorker, transfer?: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
}

/** How one joins. */
export interface Join {
  code: string;
  name: string;
  token?: string;
  muted: boolean;
  listen: boolean;
  relays: Relay[];
}

/** What the owner of a call has to act on. */
export interface CallEvents {
  onSeat(token: string): void; // welcomed: this token returns to the seat
  onRelays(relays: Relay[]): void; // where the server is, from the next visit on
  onMuted(muted: boolean): void; // silence or open the microphone accordingly
  onEnded(reason: Sentence): void; // the relay said bye for good
  onSite(): void; // the relay is that of a site; said once
  onSound(): void; // the first sound of the meeting reached the loudspeaker
}

/** Who speaks, by seat id; as Speakers in speaking.ts. */
export interface SpeakingSeats {
  main?: string;
  now: boolean;
  others: readonly string[];
}

const tickEvery = 200; // ms: speakers fall silent and notices ripen without a message

/** One stay in a meeting, from join to close. Owns its worker. */
export class Call {
  readonly state = signal<CallState>("connecting");
  readonly title = signal("");
  readonly you = signal<string | undefined>(undefined);
  readonly seats = signal<ReadonlyMap<string, Seat>>(new Map());
  readonly speaking = signal<SpeakingSeats>({ now: false, others: [] });
  readonly level = signal(-127); // dBov of the main speaker
  readonly muted = signal(false);
  readonly line = new OwnLine();
  readonly above = new Above();
  readonly notice = signal<Notice | undefined>(undefined);
  readonly error = signal<Sentence | undefined>(undefined);
  readonly listen: boolean;

  #worker: MediaWorker;
  #events: CallEvents;
  #welcomed = false;
  #voices = new Speaking();
  #heard: Speakers = { now: false, others: [] };
  #notices = new Notices();
  #timer: ReturnType<typeof setInterval>;

  /** Joins at once through the worker, which gets the ports of loudspeaker and microphone. */
  constructor(
    worker: MediaWorker,
    join: Join,
    ports: { capture?: MessagePort; playout: MessagePort },
    events: CallEvents,
  ) {
    this.#worker = worker;
    this.#events = events;
    this.listen = join.listen;
    this.muted.value = join.muted;
    events.onMuted(join.muted);
    worker.onmessage = (event) => this.#take(event.data);
    const transfer = ports.capture ? [ports.capture, ports.playout] : [ports.playout];
    worker.postMessage({ type: "ports", ...ports }, transfer);
    const { code, ...rest } = join;
    worker.postMessage({ type: "join", meeting: code, ...rest });
    this.#timer = setInterval(() => this.#tick(), tickEvery);
  }

  /** Closes or opens the microphone for the others. */
  setMuted(muted: boolean): void {
    if (this.listen || muted === this.muted.value) return;
    this.muted.value = muted;
    this.#events.onMuted(muted);
    this.#worker.postMessage({ type: "mute", muted });
  }

  /** Gives the seat up. The worker says goodbye to the relay by itself; close() follows. */
  leave(): void {
    this.#worker.postMessage({ type: "leave" });
  }

  /** Ends the worker and the clock. The call reports nothing more. */
  close(): void {
    clearInterval(this.#timer);
    this.#worker.onmessage = null;
    this.#worker.terminate();
  }

  #take(message: FromWorker): void {
    switch (message.type) {
      case "state":
        this.#setState(message.state);
        break;
      case "welcome":
        this.#welcome(message);
        break;
      case "seat":
        this.#seat(message.seat, message.kind);
        break;
      case "left":
        this.#left(message.id);
        break;
      case "levels":
        this.#levels(message.levels);
        break;
      case "line":
        this.line.report(message.line, performance.now());
        break;
      case "upstream":
        if (!this.above.state.value) this.#events.onSite();
        this.above.report(message.upstream, performance.now());
        break;
      case "relays":
        this.#events.onRelays(message.relays);
        break;
      case "error":
        this.error.value = message.error;
        break;
      case "ended":
        this.#events.onEnded(message.reason);
        break;
      case "sound":
        this.#events.onSound();
    }
  }

  #welcome(w: Extract<FromWorker, { type: "welcome" }>): void {
    this.#setState("joined");
    this.above.welcome(performance.now());
    this.title.value = w.title;
    this.you.value = w.you;
    this.seats.value = new Map(w.seats.map((seat) => [seat.id, seat]));
    // The seat kept its mute state over a reload. Later the person's own choice counts: nobody is unmuted by a reconnection.
    if (!this.#welcomed && w.muted) this.setMuted(true);
    else if (this.muted.value !== w.muted && !this.listen)
      this.#worker.postMessage({ type: "mute", muted: this.muted.value });
    this.#welcomed = true;
    this.#events.onSeat(w.token);
  }

  #setState(state: CallState): void {
    this.state.value = state;
    this.line.state(state, performance.now());
  }

  #seat(seat: Seat, kind: string): void {
    this.seats.value = new Map(this.seats.value).set(seat.id, seat);
    if (kind === "joined" && seat.id !== this.you.value) this.#notices.joined(seat.name, performance.now());
  }

  #left(id: string): void {
    const seats = new Map(this.seats.value);
    const seat = seats.get(id);
    if (!seat) return;
    seats.delete(id);
    this.seats.value = seats;
    this.#notices.left(seat.name, performance.now());
  }

  #levels(levels: Levels): void {
    this.#voices.report(levels, performance.now());
    this.level.value = levels.find(([publication]) => publication === this.#heard.main)?.[1] ?? -127;
    this.#tick();
  }

  #tick(): void {
    const now = performance.now();
    this.line.tick(now);
    this.above.tick(now);
    this.#notice(now);
    const heard = this.#voices.speakers(now);
    if (sameSpeakers(heard, this.#heard)) return;
    this.#heard = heard;
    const ids = new Map<number | undefined, string>();
    for (const seat of this.seats.value.values()) if (seat.publication) ids.set(seat.publication, seat.id);
    // A seat that came back has a new publication; its id still names who spoke last.
    const main = ids.get(heard.main) ?? this.speaking.value.main;
    const others = heard.others.flatMap((publication) => ids.get(publication) ?? []);
    this.speaking.value = { main, now: heard.now && ids.has(heard.main), others };
  }

  #notice(now: number): void {
    const notice = this.#notices.take(now);
    if (notice) this.notice.value = notice;
  }
}
