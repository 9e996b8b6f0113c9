// A meeting's page from its address to the last goodbye: find the meeting, prepare, join, leave, come back.

import { signal } from "@preact/signals";
import { AudioEngine, type AudioStatus } from "../codec";
import { getMeeting, type Meeting, Refusal } from "./api";
import { Call, type MediaWorker } from "./call";
import { keepSeat, keptSeat, recall, remember } from "./memory";
import type { Sentence } from "./messages";
import { nameProblem, type Route } from "./route";

/** What keeps a person from the meeting: the relay's sentence, or something of this side. */
export type Trouble = Sentence | "no-server" | "old-browser" | "insecure";

/** Where a person is on the way through a meeting. */
export type Stage =
  | { at: "finding" }
  | { at: "trouble"; trouble: Trouble }
  | { at: "lobby"; meeting: Meeting }
  | { at: "call"; meeting: Meeting; call: Call }
  | { at: "left"; meeting: Meeting; reason?: Sentence };

/** The wish to sit in the meeting; with a token it is the wish to sit there again. */
interface Wish {
  name: string;
  muted: boolean;
  token?: string;
}

const retryAfter = 3000; // ms: a room's PC that starts before its line does comes in by itself
const refusedRetryAfter = 30_000; // ms: the server asked to be left alone for a while
const goodbye = 500; // ms that the worker has to tell the relay

/** The page of one meeting. One at a time; call close() when the person goes elsewhere. */
export class Room {
  readonly code: string;
  readonly stage = signal<Stage>({ at: "finding" });
  readonly sound = signal<AudioStatus>({ microphone: "off", microphoneName: "", needsGesture: false, output: "on" });
  audio: AudioEngine;

  #wish: Wish | undefined; // set: straight in, past the lobby
  #started: Promise<void> | undefined;
  #worker: MediaWorker | undefined; // loaded ahead of the next call
  #retry: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(route: Route) {
    this.code = route.code ?? "";
    this.#wish = keptSeat(this.code);
    if (route.join && nameProblem(route.name) === undefined) this.#wish ??= { name: route.name, muted: route.muted };
    this.audio = this.#newAudio();
  }

  /** Finds the meeting; then the lobby, or straight in if the address asks for it or this tab has a seat. */
  async find(): Promise<void> {
    clearTimeout(this.#retry);
    const lack = lacking();
    if (lack) return this.#trouble(lack);
    try {
      // All that takes time goes on at once: the meeting, the worker, the sound.
      this.#worker ??= this.#spawn();
      const wish = this.#wish;
      const [meeting, listen] = await Promise.all([
        getMeeting(this.code),
        wish ? this.#mustListen() : false,
        this.#startAudio(),
      ]);
      if (this.#closed) return;
      if (wish) return await this.#enter(meeting, wish, listen);
      this.stage.value = { at: "lobby", meeting };
      await this.openMicrophone();
    } catch (error) {
      if (this.#closed) return;
      this.#trouble(error instanceof Refusal ? error.sentence : "no-server");
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
    keepSeat(this.code, undefined);
    this.#wish = this.#wish && { ...this.#wish, token: undefined };
    this.audio.closeMicrophone();
    this.stage.value = { at: "left", meeting: stage.meeting };
  }

  /** Back into the meeting as one was in it. */
  again(): void {
    this.stage.value = { at: "finding" };
    void this.find();
  }

  /** Ends everything here; the seat stays for whoever returns to the page. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    if (this.stage.value.at === "call") this.stage.value.call.close();
    this.#worker?.terminate();
    this.audio.close();
  }

  async #enter(meeting: Meeting, wish: Wish, listen: boolean): Promise<void> {
    await this.#startAudio();
    if (this.#closed) return;
    this.#wish = wish;
    const worker = this.#worker ?? this.#spawn();
    this.#worker = undefined;
    const call = new Call(worker, { ...wish, code: this.code, listen, relays: meeting.relays }, this.audio.ports(), {
      onSeat: (token) => this.#keep({ token }),
      onMuted: (muted) => {
        this.audio.setMuted(muted);
        this.#keep({ muted });
      },
      onEnded: (reason) => this.#ended(meeting, reason),
      onSound: () => performance.mark("first-sound"),
    });
    this.stage.value = { at: "call", meeting, call };
    if (!listen && this.sound.value.microphone !== "on") await this.openMicrophone();
  }

  #keep(change: Partial<Wish>): void {
    if (!this.#wish) return;
    this.#wish = { ...this.#wish, ...change };
    const { name, muted, token } = this.#wish;
    if (token !== undefined) keepSeat(this.code, { name, muted, token });
  }

  #ended(meeting: Meeting, reason: Sentence): void {
    const stage = this.stage.value;
    if (stage.at !== "call") return; // the relay's answer to our own goodbye
    stage.call.close();
    keepSeat(this.code, undefined);
    const hadSeat = this.#wish?.token !== undefined;
    if (reason.code === "name-invalid") this.#wish = undefined; // the lobby asks for another
    // A seat is kept for ten minutes only. Who comes later takes a new one, without being asked.
    if (reason.code === "token-invalid" && this.#wish && hadSeat) {
      this.#wish = { ...this.#wish, token: undefined };
      this.again();
      return;
    }
    this.audio.closeMicrophone();
    this.stage.value = { at: "left", meeting, reason };
  }

  /** Says what is wrong, and tries again by itself where that can help. */
  #trouble(trouble: Trouble): void {
    this.stage.value = { at: "trouble", trouble };
    if (isFinal(trouble)) return;
    this.#retry = setTimeout(() => void this.find(), trouble === "no-server" ? retryAfter : refusedRetryAfter);
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
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "media" });
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

/** Whether trying again cannot help: the address names no meeting. */
export function isFinal(trouble: Trouble): boolean {
  const code = typeof trouble === "object" ? trouble.code : trouble;
  return ["meeting-unknown", "code-malformed", "insecure", "old-browser"].includes(code);
}

function lacking(): "insecure" | "old-browser" | undefined {
  if (!isSecureContext) return "insecure";
  const needed = ["WebTransport", "AudioEncoder", "AudioDecoder", "AudioWorkletNode"];
  return needed.every((name) => name in globalThis) ? undefined : "old-browser";
}
