// A call: what the media worker reports, as state that the page draws.

import { computed, signal } from "@preact/signals";
import { Above } from "./above";
import { Commands } from "./commands";
import type { Folding } from "./fold/folds";
import { light } from "./fold/light";
import type { Deck, FromWorker, MeetingEvent, Relay, Sentence, ToWorker, WireView } from "./messages";
import type { CallState } from "./outage";
import { OwnLine } from "./ownline";
import { OwnMic } from "./ownmic";
import { isSilenced, maySpeak } from "./rights";
import { type Levels, type Speakers, Speaking, sameSpeakers } from "./speaking";
import { emptyView, type Seat, type View } from "./view";

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
  pass?: string;
  key?: CryptoKey; // that the pass is bound to
}

/** What the owner of a call has to act on. */
export interface CallEvents {
  onSeat(token: string): void; // welcomed: this token returns to the seat
  onRelays(relays: Relay[]): void; // where the server is, from the next visit on
  onMuted(muted: boolean): void; // the person's choice
  onSounds(open: boolean): void; // let the microphone's sound out, or not
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

const tickEvery = 200; // ms: speakers fall silent without a message

/** One stay in a meeting, from join to close. Owns its worker. */
export class Call {
  readonly state = signal<CallState>("connecting");
  readonly title = signal("");
  readonly you = signal<string | undefined>(undefined);
  readonly view = signal<View>(emptyView);
  readonly seats = computed(() => this.view.value.seats);
  readonly own = computed<Seat | undefined>(() => this.seats.value.get(this.you.value ?? ""));
  readonly deck = signal<Deck | undefined>(undefined); // of the seat whose turn is next
  readonly refusal = signal<Sentence | undefined>(undefined); // of the last command
  readonly speaking = signal<SpeakingSeats>({ now: false, others: [] });
  readonly level = signal(-127); // dBov of the main speaker
  readonly mic: OwnMic;
  readonly line = new OwnLine();
  readonly above = new Above();
  readonly error = signal<Sentence | undefined>(undefined);
  readonly listen: boolean;

  #worker: MediaWorker;
  #events: CallEvents;
  #began = 0; // meeting millisecond 0, on the clock of this page
  #folding = light;
  #unlearnt: { view?: WireView; events: MeetingEvent[] } | undefined = { events: [] }; // what there is to fold again
  #commands = new Commands((order) => this.#worker.postMessage(order));
  #voices = new Speaking();
  #heard: Speakers = { now: false, others: [] };
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
    this.mic = new OwnMic(join.muted && !join.listen, join.listen, {
      sounds: (open) => events.onSounds(open),
      chosen: (muted) => events.onMuted(muted),
      tell: (muted) => worker.postMessage({ type: "mute", muted }),
    });
    worker.onmessage = (event) => this.#take(event.data);
    const transfer = ports.capture ? [ports.capture, ports.playout] : [ports.playout];
    worker.postMessage({ type: "ports", ...ports }, transfer);
    const { code, ...rest } = join;
    worker.postMessage({ type: "join", meeting: code, ...rest });
    this.#timer = setInterval(() => this.#tick(), tickEvery);
  }

  /** Gives a command of the meeting. It resolves when it was answered: false if it was refused, and refusal says why. */
  async do(act: string, members?: object): Promise<boolean> {
    const refusal = await this.#commands.do(act, members);
    this.refusal.value = refusal;
    return refusal === undefined;
  }

  /** Meeting milliseconds now. */
  now(): number {
    return performance.now() - this.#began;
  }

  /** Connects the video worker, which has the other end, with the line. */
  lend(port: MessagePort): void {
    this.#worker.postMessage({ type: "pictures", port }, [port]);
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
      case "event":
        this.#happened(message);
        break;
      case "deck":
        this.deck.value = message;
        break;
      case "done":
        this.#commands.answer(message.id);
        break;
      case "refused":
        this.#commands.answer(message.id, message);
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
    this.#began = performance.now() - w.ms;
    if (w.view && this.#unlearnt) this.#unlearnt = { view: w.view, events: [] };
    let view = w.view ? this.#folding.read(w.view) : this.view.value;
    for (const event of w.events) view = this.#fold(view, event);
    this.#see(view, true);
    this.#events.onSeat(w.token);
  }

  /** From now on all of the meeting is known, also of what happened before. */
  learn(folding: Folding): void {
    if (!this.#unlearnt) return;
    const { view, events } = this.#unlearnt;
    this.#folding = folding;
    this.#unlearnt = undefined;
    if (view) this.#see(events.reduce(folding.fold, folding.read(view)));
  }

  #fold(view: View, event: MeetingEvent): View {
    this.#unlearnt?.events.push(event);
    const next = this.#folding.fold(view, event);
    if (next !== view && isSilenced(view, event, this.you.value)) this.mic.silence();
    return next;
  }

  #see(view: View, welcome = false): void {
    this.view.value = view;
    const own = this.own.value;
    if (own) this.mic.follow(maySpeak(view, own), own.muted === true, welcome);
  }

  #setState(state: CallState): void {
    this.state.value = state;
    this.line.state(state, performance.now());
  }

  #happened(event: MeetingEvent): void {
    const before = this.view.value;
    const view = this.#fold(before, event);
    if (view !== before) this.#see(view);
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
}
