// What recording a report is: it is recorded, listened to, sent or thrown away. Nothing of it needs the line until it is sent.

import { computed, effect, signal } from "@preact/signals";
import { AudioEngine } from "../../codec/audio";
import { VoiceEncoder } from "../../codec/encoder";
import type { Call } from "../../meeting/call";
import { recall } from "../../meeting/memory";
import type { Pictures } from "../../meeting/pictures";
import { CameraStills } from "../../report/camera";
import { type Begun, cutOff, Draft } from "../../report/draft";
import { type Moment, read, type Turn } from "../../report/file";
import { forget, type Kept, keep } from "../../report/kept";
import { Listening } from "../../report/listening";
import { Outgoing } from "../../report/outgoing";
import { Recorder, type Recording, recordingOf } from "../../report/recorder";
import { hashOf } from "../../video/shelf";
import type { Presenter } from "../slides/presenter";
import { microphoneTrouble } from "../trouble";
import { reportText } from "./text";

/** What goes wrong: a key of the sentences. */
export type Wrong = "micNone" | "micRefused" | "micFailed" | "micLost" | "nothing" | "full";

const means = { Engine: AudioEngine, Encoder: VoiceEncoder };

const newRecorder = (pictures: Pictures, keep: (fresh: readonly Moment[], ms: number) => void, begun?: Begun) =>
  new Recorder(new CameraStills(() => pictures.own.view.peek()), means, keep, begun);

/** The reports of one stay in a meeting. Call close() at the end. */
export class Reporting {
  readonly outgoing: Outgoing;
  readonly recorder = signal<Recorder | undefined>(undefined);
  readonly done = signal<[Kept, Uint8Array<ArrayBuffer>] | undefined>(undefined);
  /** What a reload of the page cut off: the person goes on with it, or has it finished. */
  readonly cutOff = signal<Begun | undefined>(undefined);
  readonly listening = signal<Listening | undefined>(undefined);
  readonly page = signal(1); // of the own document
  readonly failed = signal<Wrong | undefined>(undefined);

  readonly wrong = computed<Wrong | undefined>(() => {
    const recorder = this.recorder.value;
    if (recorder?.full.value) return "full";
    return recorder?.phase.value === "on" && recorder.microphone.value !== "on" ? "micLost" : this.failed.value;
  });
  /** Whether one is called, or is next. */
  readonly turn = computed(() => {
    const { you, view, deck } = this.call;
    return you.value !== undefined && [view.value.floor.holder, deck.value?.seat].includes(you.value);
  });

  #draft: Draft | undefined;
  #ends: (() => void)[];

  constructor(
    private readonly call: Call,
    private readonly pictures: Pictures,
    private readonly presenter: Presenter,
    code: string,
    private readonly make: typeof newRecorder = newRecorder,
  ) {
    this.outgoing = new Outgoing(call, pictures, code);
    this.#ends = [
      // Who opens the microphone speaks to the meeting.
      effect(() => {
        if (!call.listen && !call.mic.muted.value) this.recorder.peek()?.pause();
      }),
      effect(() => {
        const { draft } = this.outgoing;
        if (draft.value && !this.recorder.peek() && !this.done.peek()) this.done.value = draft.value;
      }),
      effect(() => {
        this.recorder.value?.turn(this.#turnOf());
      }),
    ];
    addEventListener("beforeunload", this.#stay);
    void this.#restore(code);
  }

  /** Begins, or goes on with what was cut off. */
  async begin(): Promise<void> {
    if (this.recorder.value || this.done.value) return;
    this.failed.value = undefined;
    this.call.mic.choose(true);
    const draft = this.#draft ?? new Draft(this.outgoing.code);
    this.#draft = draft;
    const recorder = this.make(this.pictures, (fresh, ms) => draft.add(fresh, ms), this.cutOff.value);
    this.recorder.value = recorder;
    if (await recorder.begin(recall("microphone"))) {
      this.cutOff.value = undefined;
      return;
    }
    this.failed.value = microphoneTrouble(recorder.microphone.value) ?? "micFailed";
    this.recorder.value = undefined;
    recorder.close();
  }

  resume(): void {
    this.call.mic.choose(true);
    this.recorder.value?.resume();
  }

  async stop(): Promise<void> {
    const { recorder, cutOff } = this;
    const recording = recorder.value ? await recorder.value.end() : cutOff.value && recordingOf(cutOff.value);
    recorder.value = undefined;
    cutOff.value = undefined;
    const draft = this.#draft;
    this.#draft = undefined;
    const kept = !recording || (await this.#finish(recording));
    if (!recording) this.failed.value = "nothing";
    if (kept) void draft?.forget(); // else a reload still has its parts
  }

  async #finish({ file, ms }: Recording): Promise<boolean> {
    const { code } = this.outgoing;
    const title = this.presenter.title.value || reportText.value.usual;
    const of: Kept = { code, hash: await hashOf(file), title, ms, sent: false };
    this.done.value = [of, file];
    return keep(of, file);
  }

  async #restore(code: string): Promise<void> {
    const begun = await cutOff(code);
    if (!begun || this.#draft) return;
    this.#draft = begun.draft;
    this.cutOff.value = begun;
  }

  /** Plays what is recorded, or stops that. */
  listen(): void {
    const now = this.listening.value;
    now?.close();
    const [of, file] = this.done.value ?? [];
    const over = () => this.#quiet();
    this.listening.value = now || !of || !file ? undefined : new Listening(read(file.buffer), of.ms, over);
  }

  send(title: string): void {
    const [of, file] = this.done.value ?? [];
    this.#quiet();
    this.done.value = undefined;
    if (of && file) this.outgoing.send({ ...of, title }, file);
  }

  throw(): void {
    this.#quiet();
    const hash = this.done.value?.[0].hash;
    this.done.value = undefined;
    if (hash) void forget(hash);
  }

  close(): void {
    for (const end of this.#ends) end();
    removeEventListener("beforeunload", this.#stay);
    this.#quiet();
    this.recorder.value?.close();
    this.outgoing.close();
  }

  #quiet(): void {
    this.listening.value?.close();
    this.listening.value = undefined;
  }

  /** The page of the own document that is beside the recording. */
  #turnOf(): Turn | undefined {
    const { deck, pages } = this.presenter;
    const page = pages.value[this.page.value - 1];
    if (!deck.value || !page) return undefined;
    return { deck: deck.value, page: this.page.value, lo: page.lo, hi: page.hi };
  }

  /** What is being recorded is not lost by mistake. */
  #stay = (event: BeforeUnloadEvent): void => {
    if (this.recorder.value) event.preventDefault();
  };
}
