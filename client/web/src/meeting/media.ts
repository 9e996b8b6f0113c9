// The media worker's work: the session with the relay on one side, microphone and loudspeaker on the other, and the page that is told
// of it all. Hops 2 to 4 and 10 to 11 of a packet's way meet here.

import type { CodecError, VoiceEncoder, VoiceFrame, VoicePlayer } from "../codec";
import type { Offline } from "../offline/offline";
import {
  type Bye,
  type FromRelay,
  Keeper,
  Line,
  type LineCounts,
  LineMeter,
  overhead,
  type Path,
  type Plan,
  type Session,
  type Welcome,
  type World,
} from "../transport";
import type { Aside, Beside } from "./aside";
import { Credentials } from "./credentials";
import { Follower } from "./follower";
import type { FromWorker, MeetingEvent, ToWorker } from "./messages";
import { Orders } from "./orders";
import { Outbox } from "./outbox";
import { sentenceOf } from "./troubles";

const tickEvery = 25; // ms
const levelsEvery = 4; // ticks
const lineEvery = 40; // ticks
const askAgainAfter = 3000; // ms

type Encoder = Pick<VoiceEncoder, "connect" | "setPlan" | "restart" | "setMuted" | "level" | "clock" | "close">;
type Player = Pick<
  VoicePlayer,
  "connect" | "push" | "setBudget" | "levels" | "heard" | "stats" | "hush" | "remove" | "close"
>;

/** What Media is made of; tests bring their own. */
export interface Parts extends World {
  offline?: Pick<Offline, "welcome">;
  opusAvailable(): Promise<void>;
  encoder(events: { onFrame(frame: VoiceFrame): void; onError(error: CodecError): void }): Encoder;
  player(events: { onSound(): void; onError(error: CodecError): void }): Player;
}

/** One stay in a meeting. Made once per worker. */
export class Media implements Beside {
  readonly encoder: Encoder;
  readonly player: Player;
  keeper: Keeper | undefined;
  line: Line | undefined;
  plan: Plan | undefined; // the last
  publication = 0;
  private aside: Aside | undefined;
  private readonly outbox = new Outbox((frames) => this.send(frames));
  private readonly orders = new Orders((order) => this.keeper?.tell(order));
  private readonly follower = new Follower();
  private meter: LineMeter | undefined;
  private rate = 0; // bit/s that the relay allows on the way up
  private muted = false;
  private heard = false; // levels were not empty the last time
  private ticks = 0;
  private over = false;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly parts: Parts,
    private readonly post: (message: FromWorker) => void,
  ) {
    const onError = (error: CodecError) => this.post({ type: "error", error: sentenceOf(error.code) });
    this.encoder = parts.encoder({ onFrame: (frame) => this.outbox.push(frame), onError });
    this.player = parts.player({ onSound: () => this.post({ type: "sound" }), onError });
  }

  /** Takes a message from the page. */
  take(message: ToWorker): void {
    switch (message.type) {
      case "join":
        void this.join(message);
        break;
      case "ports":
        this.player.connect(message.playout);
        if (message.capture) this.encoder.connect(message.capture);
        break;
      case "mute":
        this.mute(message.muted);
        this.keeper?.mute(message.muted);
        break;
      case "do":
        this.orders.give(message);
        break;
      case "pictures":
        void this.pictures(message.port);
        break;
      case "leave":
        this.keeper?.leave();
        this.end();
    }
  }

  /** What pictures need comes when they are wanted. */
  private async pictures(port: MessagePort): Promise<void> {
    try {
      const { Aside } = await import("./aside");
      this.aside?.close();
      this.aside = new Aside(port, this);
    } catch {
      setTimeout(() => void this.pictures(port), askAgainAfter); // it did not come over the line
    }
  }

  private async join({ pass, key, ...wish }: Extract<ToWorker, { type: "join" }>): Promise<void> {
    if (this.timer !== undefined) return;
    this.parts.opusAvailable().catch((error: CodecError) => {
      this.post({ type: "error", error: sentenceOf(error.code) });
    });
    this.mute(wish.muted);
    this.timer = setInterval(() => this.tick(performance.now()), tickEvery);
    const credentials = new Credentials(wish.meeting, pass, key);
    if (key) await credentials.prepare();
    if (this.over) return;
    const world = { ...this.parts, credentials: () => credentials.take() };
    this.keeper = new Keeper({ ...wish, muted: this.muted }, world, {
      state: (state) => this.post({ type: "state", state }),
      welcome: (welcome, session, path) => this.welcome(welcome, session, path),
      message: (m) => this.message(m),
      datagram: (bytes) => this.datagram(bytes, performance.now()),
      ready: () => this.flush(),
      ended: (bye) => this.ended(bye),
    });
  }

  private mute(muted: boolean): void {
    this.muted = muted;
    this.encoder.setMuted(muted);
  }

  /** A path: a new line begins on it. None: the line goes on. */
  private welcome(w: Welcome, session: Session, path?: Path): void {
    if (path) this.begin(path);
    if (w.quiet) this.line?.agree();
    this.publication = w.publication;
    this.aside?.begin(path !== undefined);
    this.obey(w.plan);
    this.line?.tick(performance.now()); // the relay's beats begin with our first datagram
    this.parts.offline?.welcome(w, session);
    const { code, title = "", ms } = w.meeting;
    const { you, publication, token, view, events = [] } = w;
    if (view) this.follower.read(view);
    for (const event of events) this.follow(event);
    this.tellCursor();
    this.post({ type: "welcome", you, publication, token, title, code, ms, view, events });
    this.orders.again();
  }

  private tellCursor(): void {
    if (this.keeper) this.keeper.cursor = this.follower.cursor;
  }

  private begin(path: Path): void {
    this.line = new Line(path, performance.now());
    this.meter = new LineMeter(this.line);
    this.outbox.clear();
    this.encoder.restart();
  }

  private obey(plan: Plan): void {
    this.plan = plan;
    this.aside?.obey();
    const { lo, hi, frame, interval } = plan.voice;
    this.outbox.layers = Number(lo > 0) + Number(hi > 0);
    this.outbox.frame = frame;
    this.outbox.stretches = Math.max(1, Math.floor((interval ?? frame) / frame));
    this.encoder.setPlan(plan.voice);
    this.player.setBudget(plan.listen?.budget ?? 0);
    this.line?.sender.protect(plan.voice.protection);
    this.rate = plan.voice.protection.rate;
  }

  private message(m: FromRelay): void {
    switch (m.type) {
      case "event":
        this.follow(m);
        this.tellCursor();
        this.post(m);
        break;
      case "deck":
        this.post(m);
        break;
      case "done":
      case "refused":
        if (this.orders.answered(m.id)) this.post(m);
        break;
      case "plan":
        this.obey(m);
        break;
      case "probe":
        this.line?.probe(m, performance.now());
        break;
      case "upstream": {
        const { type, ...upstream } = m;
        this.post({ type, upstream });
        break;
      }
      case "error":
        this.post({ type: "error", error: { code: m.code, vi: m.vi, en: m.en } });
        break;
      default:
        this.aside?.told(m);
    }
  }

  /** Of one who left or fell silent nothing is to be heard any more. */
  private follow(event: MeetingEvent): void {
    const { gone, silent } = this.follower.follow(event);
    if (gone !== undefined) this.player.remove(gone);
    if (silent !== undefined) this.player.hush(silent);
  }

  private datagram(bytes: Uint8Array, now: number): void {
    if (bytes[0] > 0xf7 && bytes[0] < 0xfa) {
      this.aside?.came(bytes);
      return;
    }
    for (const frame of this.line?.receive(bytes, now) ?? []) {
      if (frame.publication !== this.publication) this.player.push(frame, now);
    }
  }

  private send(frames: VoiceFrame[]): void {
    const { publication } = this;
    const now = performance.now();
    this.keeper?.allow(0, now);
    this.line?.send(
      frames.map((frame) => ({ publication, ...frame })),
      now,
    );
  }

  private flush(): void {
    this.line?.flush(performance.now());
    this.aside?.flush();
  }

  private tick(now: number): void {
    this.ticks++;
    this.line?.tick(now);
    this.aside?.flush();
    if (this.ticks % levelsEvery === 0) this.levels();
    if (this.ticks % lineEvery === 0) this.report(now);
  }

  private report(now: number): void {
    const { line, meter, keeper } = this;
    if (!line || !meter || !keeper) return;
    keeper.allow(line.allowance(now), now);
    keeper.report(this.counts(line), now);
    const { transport } = keeper;
    const { delay, sound, absent } = this.player.stats;
    const counts = { sound, absent, offered: line.offered, unsent: line.unsent, gated: line.gated };
    const silentFor = keeper.silence(now) / 1000;
    this.post({ type: "line", line: { ...meter.sample(now), delay, transport, silentFor, counts } });
  }

  private counts({ sender, receiver }: Line): LineCounts {
    const up = { sent: sender.totals.reported, lost: sender.totals.lost };
    const { expected, lost, bytes, datagrams } = receiver.totals;
    const down = { sent: expected, lost, bytes: bytes + overhead * datagrams };
    return { up, down, rtt: sender.rtt, rate: this.rate };
  }

  private levels(): void {
    const levels = this.player.levels();
    if (this.line && !this.muted && this.encoder.level > -127) levels.push([this.publication, this.encoder.level]);
    if (levels.length > 0 || this.heard) this.post({ type: "levels", levels });
    this.heard = levels.length > 0;
  }

  private ended(bye: Bye): void {
    this.end();
    const { code, vi, en } = bye;
    this.post({ type: "ended", reason: code && vi && en ? { code, vi, en } : sentenceOf("ended") });
  }

  private end(): void {
    this.over = true;
    this.aside?.close();
    clearInterval(this.timer);
    this.outbox.clear();
    this.encoder.close();
    this.player.close();
  }
}
