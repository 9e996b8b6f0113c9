// A meeting's page from its address to the last goodbye: find the meeting, prepare, join, leave, come back.

import { signal } from "@preact/signals";
import { AudioEngine, type AudioStatus } from "../codec/audio";
import { allowKeeping, recover } from "../offline/page";
import { getMeeting, type Meeting, Refusal } from "./api";
import { Call, type MediaWorker } from "./call";
import {
  invitationPass,
  keepInvitationPass,
  keepRelays,
  keepSeat,
  keptRelays,
  keptSeat,
  mayReload,
  recall,
  remember,
  understood,
} from "./memory";
import type { Relay, Sentence } from "./messages";
import { type Kept, loadPass, nameIn } from "./pass";
import { nameProblem, type Route } from "./route";
import { rise, sitDown } from "./site";
import { spawn } from "./spawn";

/** What keeps a person from the meeting: the relay's sentence, or something of this side. */
export type Trouble = Sentence | "no-server" | "old-browser" | "insecure";

/** Where a person is on the way through a meeting. */
export type Stage =
  | { at: "finding" }
  | { at: "trouble"; trouble: Trouble }
  | { at: "lobby"; meeting: Meeting }
  | InCall
  | { at: "left"; meeting: Meeting; reason?: Sentence };

type InCall = { at: "call"; meeting: Meeting; call: Call };

/** The wish to sit in the meeting; with a token it is the wish to sit there again. */
interface Wish {
  name: string;
  muted: boolean;
  token?: string;
}

const retryAfter = 3000; // ms: a room's PC that starts before its line does comes in by itself
const refusedRetryAfter = 30_000; // ms: the server asked to be left alone for a while
const doubtEvery = 15_000; // ms without a session until the server is asked where its relays are
const goodbye = 500; // ms that the worker has to tell the relay

/** The page of one meeting. One at a time; call close() when the person goes elsewhere. */
export class Room {
  readonly code: string;
  readonly stage = signal<Stage>({ at: "finding" });
  readonly sound = signal<AudioStatus>({ microphone: "off", microphoneName: "", needsGesture: false, output: "on" });
  audio: AudioEngine;
  called = ""; // by whoever invited this computer or this person; known in the lobby

  #enrolled: Promise<Kept | undefined> = loadPass();
  #wish: Wish | undefined; // set: straight in, past the lobby
  #started: Promise<void> | undefined;
  #worker: MediaWorker | undefined; // loaded ahead of the next call
  #retry: ReturnType<typeof setTimeout> | undefined;
  #doubts: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  #asks = false; // what an earlier visit knew is not enough: the server is asked first
  #atSite = false;

  constructor(route: Route) {
    this.code = route.code ?? "";
    if (route.pass !== undefined) keepInvitationPass(this.code, route.pass);
    this.#wish = keptSeat(this.code);
    if (route.join && nameProblem(route.name) === undefined) this.#wish ??= { name: route.name, muted: route.muted };
    this.audio = this.#newAudio();
  }

  /** Whether there is no lobby before the meeting. */
  get straightIn(): boolean {
    return this.#wish !== undefined;
  }

  /** Finds the meeting, without asking the server if it is known from an earlier visit; then the lobby, or straight in if the address asks for it or this tab has a seat. */
  async find(): Promise<void> {
    clearTimeout(this.#retry);
    const lack = lacking();
    if (lack) return this.#trouble(lack);
    try {
      // All that takes time goes on at once: the meeting, the worker, the sound.
      this.#worker ??= this.#spawn();
      const wish = this.#wish;
      const kept = this.#asks ? undefined : keptRelays();
      const [meeting, listen] = await Promise.all([
        kept ? { code: this.code, title: "", relays: kept } : this.#lookUp(),
        wish ? this.#mustListen() : false,
        this.#startAudio(),
      ]);
      if (this.#closed) return;
      if (wish) return await this.#enter(meeting, wish, listen);
      const own = await this.#enrolled;
      const pass = invitationPass(this.code);
      this.called = pass === undefined ? (own?.site.name ?? "") : nameIn(pass);
      if (this.#closed) return;
      this.stage.value = { at: "lobby", meeting };
      const opened = this.openMicrophone();
      if (kept) void this.#refreshLobby(opened);
      await opened;
    } catch (error) {
      if (this.#closed) return;
      this.#troubled(error);
    }
  }

  /** Opens loudspeaker and microphone: this one, or the one chosen last time. */
  async openMicrophone(device?: string): Promise<void> {
    if (device !== undefined) remember("microphone", device);
    await this.#startAudio();
    await this.audio.openMicrophone(device ?? recall("microphone"));
  }

  /** From the lobby: joins under this name. Without a working microphone the person listens. */
  async join(name: string, muted: boolean): Promise<void> {
    const stage = this.stage.value;
    if (stage.at !== "lobby") return;
    remember("name", name);
    const { microphone } = this.sound.value;
    await this.#enter(stage.meeting, { name, muted }, microphone !== "on" && microphone !== "lost");
  }

  /** Leaves: the seat is given up. */
  leave(): void {
    const stage = this.stage.value;
    if (stage.at !== "call") return;
    stage.call.leave();
    setTimeout(() => stage.call.close(), goodbye);
    this.#giveUp();
    this.#wish = this.#wish && { ...this.#wish, token: undefined };
    this.audio.closeMicrophone();
    this.stage.value = { at: "left", meeting: titled(stage) };
  }

  /** Back into the meeting as one was in it. */
  again(): void {
    this.stage.value = { at: "finding" };
    void this.find();
  }

  /** Asks the server for the meeting. */
  async #lookUp(): Promise<Meeting> {
    const meeting = await getMeeting(this.code);
    keepRelays(meeting.relays);
    return meeting;
  }

  /** A lobby that was opened without the server gets the meeting's title, or hears that there is no such meeting, if the server answers. */
  async #refreshLobby(opened: Promise<void>): Promise<void> {
    const answer = await this.#lookUp().catch((error) => error);
    if (this.#closed || this.stage.value.at !== "lobby") return;
    if (!(answer instanceof Error)) this.stage.value = { at: "lobby", meeting: answer };
    else if (answer instanceof Refusal && (isFinal(answer.sentence) || answer.soon)) {
      this.#asks = true;
      this.#troubled(answer);
      await opened.catch(() => undefined);
      this.audio.closeMicrophone();
    }
  }

  /** What an earlier visit knew of the relays may be true no more: a call that does not come about asks the server. */
  async #doubt(stage: InCall): Promise<void> {
    const { meeting, call } = stage;
    if (this.#closed || this.stage.value !== stage) return clearInterval(this.#doubts);
    const joined = () => call.state.value === "joined";
    if (joined()) return;
    const answer = await this.#lookUp().catch((error) => error);
    if (this.#closed || this.stage.value !== stage || joined()) return;
    this.#asks = true;
    if (answer instanceof Refusal && isFinal(answer.sentence)) this.#ended(meeting, answer.sentence);
    if (answer instanceof Error || reach(meeting.relays, answer.relays) || !this.#wish) return;
    call.close();
    await this.#enter(answer, this.#wish, call.listen);
  }

  /** Ends everything here; the seat stays for whoever returns to the page. */
  close(): void {
    this.#closed = true;
    if (this.#atSite) rise();
    clearTimeout(this.#retry);
    clearInterval(this.#doubts);
    if (this.stage.value.at === "call") this.stage.value.call.close();
    this.#worker?.terminate();
    this.audio.close();
  }

  async #enter(meeting: Meeting, wish: Wish, listen: boolean): Promise<void> {
    const [proof] = await Promise.all([this.#proof(), this.#startAudio()]);
    if (this.#closed) return;
    this.#wish = wish;
    const worker = this.#worker ?? this.#spawn();
    this.#worker = undefined;
    void allowKeeping().then((allowed) => allowed && worker.postMessage({ type: "keep" }));
    const call = new Call(
      worker,
      { ...wish, ...proof, code: this.code, listen, relays: meeting.relays },
      this.audio.ports(),
      {
        onSeat: (token) => {
          understood();
          this.#keep({ token });
        },
        onRelays: keepRelays,
        onMuted: (muted) => this.#keep({ muted }),
        onSounds: (open) => this.audio.setMuted(!open),
        onEnded: (reason) => this.#ended(meeting, reason),
        onSite: () => {
          this.#atSite = true;
          this.#keep({});
        },
        onSound: () => performance.mark("first-sound"),
      },
    );
    const stage: InCall = { at: "call", meeting, call };
    this.stage.value = stage;
    clearInterval(this.#doubts);
    this.#doubts = setInterval(() => void this.#doubt(stage), doubtEvery);
    if (!listen && this.sound.value.microphone !== "on") await this.openMicrophone();
  }

  /** What proves who one is: the pass of an invitation, or else that of the site whose computer this is. */
  async #proof(): Promise<Partial<Pick<Kept, "pass" | "key">>> {
    const pass = invitationPass(this.code);
    if (pass !== undefined) return { pass };
    const own = await this.#enrolled;
    return own ? { pass: own.pass, key: own.key } : {};
  }

  #keep(change: Partial<Wish>): void {
    if (!this.#wish) return;
    this.#wish = { ...this.#wish, ...change };
    const { name, muted, token } = this.#wish;
    if (token === undefined) return;
    keepSeat(this.code, { name, muted, token });
    if (this.#atSite) sitDown(this.code, { name, muted, token });
  }

  /** Forgets the seat. */
  #giveUp(): void {
    keepSeat(this.code, undefined);
    if (this.#atSite) rise();
  }

  #ended(meeting: Meeting, reason: Sentence): void {
    const stage = this.stage.value;
    if (stage.at !== "call") return; // the relay's answer to our own goodbye
    stage.call.close();
    if (reason.code === "protocol" && mayReload()) {
      void this.#recover(titled(stage), reason);
      return;
    }
    this.#giveUp();
    // A site may not know the meeting yet: it is asked for it, and asks the server above.
    if (reason.code === "meeting-unknown" && !this.#asks) {
      this.#asks = true;
      this.again();
      return;
    }
    const hadSeat = this.#wish?.token !== undefined;
    if (reason.code === "name-invalid") this.#wish = undefined; // the lobby asks for another
    // A seat is kept for ten minutes only. Who comes later takes a new one, without being asked.
    if (reason.code === "token-invalid" && this.#wish && hadSeat) {
      this.#wish = { ...this.#wish, token: undefined };
      this.again();
      return;
    }
    this.audio.closeMicrophone();
    this.stage.value = { at: "left", meeting: { ...meeting, title: titled(stage).title }, reason };
  }

  /** The relay does not understand this page: the server's newer one takes the same seat. */
  async #recover(meeting: Meeting, reason: Sentence): Promise<void> {
    this.audio.closeMicrophone();
    this.stage.value = { at: "finding" };
    if (!(await recover(spawn())) && !this.#closed) this.stage.value = { at: "left", meeting, reason };
  }

  #troubled(error: unknown): void {
    if (error instanceof Refusal) this.#trouble(error.sentence, error.soon ? retryAfter : refusedRetryAfter);
    else this.#trouble("no-server");
  }

  /** Says what is wrong, and tries again by itself where that can help. */
  #trouble(trouble: Trouble, after = retryAfter): void {
    this.stage.value = { at: "trouble", trouble };
    if (!isFinal(trouble)) this.#retry = setTimeout(() => void this.find(), after);
  }

  #newAudio(): AudioEngine {
    return new AudioEngine((status) => {
      this.sound.value = status;
    });
  }

  /** Starts the sound. A worklet that did not come over the line is asked for again the next time, by a new engine. */
  #startAudio(): Promise<void> {
    this.#started ??= this.audio.start().catch((error) => {
      this.audio.close();
      this.audio = this.#newAudio();
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  #spawn(): MediaWorker {
    const worker = spawn();
    worker.onerror = (event) => {
      if (!event.message) this.#notLoaded(worker); // an error in the worker's code has a message
    };
    return worker;
  }

  /** A worker did not come over the line. */
  #notLoaded(worker: MediaWorker): void {
    const stage = this.stage.value;
    if (this.#worker === worker) this.#worker = undefined;
    else if (stage.at === "call") {
      stage.call.close();
      this.#trouble("no-server");
    }
  }

  /** Whether one who goes straight in has to listen. It must not wait for the browser's question about the microphone. */
  async #mustListen(): Promise<boolean> {
    const { microphones } = await this.audio.devices();
    if (microphones.length === 0) return true;
    const permission = await navigator.permissions
      .query({ name: "microphone" as PermissionName })
      .catch(() => undefined);
    return permission?.state === "denied";
  }
}

/** The meeting of a call, with the title that the relay told if the server did not. */
function titled({ meeting, call }: InCall): Meeting {
  return { ...meeting, title: call.title.value || meeting.title };
}

/** Whether one who knows the first relays can reach the others: their addresses, and the certificates that they use now. */
function reach(known: Relay[], now: Relay[]): boolean {
  const believes = (hashes: string[], used: string[]) =>
    used.length > 0 ? hashes.includes(used[0]) : hashes.length === 0;
  return now.every(({ url, hashes }) => known.some((k) => k.url === url && believes(k.hashes, hashes)));
}

/** Whether trying again cannot help: the address names no meeting. */
export function isFinal(trouble: Trouble): boolean {
  const code = typeof trouble === "object" ? trouble.code : trouble;
  return ["meeting-unknown", "code-malformed", "insecure", "old-browser"].includes(code);
}

function lacking(): "insecure" | "old-browser" | undefined {
  if (!isSecureContext) return "insecure";
  const needed = ["AudioEncoder", "AudioDecoder", "AudioWorkletNode"];
  return needed.every((name) => name in globalThis) ? undefined : "old-browser";
}
