// Hops 1 and 12 on the page's side: devices, the audio context, the two worklets. Main thread.

/// <reference types="vite/client" />
import captureWorklet from "./capture.worklet.ts?worker&url";
import { dB } from "./decibel";
import { type Microphone, openMicrophone } from "./microphone";
import playoutWorklet from "./playout.worklet.ts?worker&url";
import { playTone } from "./tone";

export type { Microphone } from "./microphone";

/** The state of the page's sound. */
export interface AudioStatus {
  microphone: Microphone;
  microphoneName: string; // the device's label, "" if not on
  needsGesture: boolean; // the browser waits for a click or a key: call resume() in its handler
  output: "on" | "failed"; // failed: no loudspeaker; tried again when devices change
}

export type AudioChange = (status: AudioStatus) => void;

/** Transfer both to the media worker. */
export interface AudioPorts {
  capture: MessagePort;
  playout: MessagePort;
}

const decay = 60; // dB/s of the meter
const quiet = -127;

/** What exists once start() is through. */
interface Graph {
  context: AudioContext;
  capture: AudioWorkletNode;
  playout: AudioWorkletNode;
}

/** Microphone, loudspeaker and the two worklets of the page. One per page; main thread only. */
export class AudioEngine {
  #onChange: AudioChange;
  #status: AudioStatus = { microphone: "off", microphoneName: "", needsGesture: false, output: "on" };
  #starting: Promise<void> | undefined;
  #graph: Graph | undefined;
  #microphone: { track: MediaStreamTrack; source: MediaStreamAudioSourceNode } | undefined;
  #wanted: { device?: string } | undefined; // what openMicrophone() was asked for last; undefined: none
  #muted = false;
  #meter = { level: quiet, at: 0 };

  /** @param onChange is called with every change of status, never inside the constructor. */
  constructor(onChange: AudioChange) {
    this.#onChange = onChange;
  }

  get status(): AudioStatus {
    return this.#status;
  }

  /** Opens loudspeaker and worklets; needs no gesture (see status.needsGesture). Rejects only if the browser has no AudioWorklet. */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Opens this microphone (the default if not given or gone) or changes to it; starts, too; the ports stay. Never rejects. */
  async openMicrophone(device?: string): Promise<Microphone> {
    const wanted = { device };
    this.#wanted = wanted;
    const starting = this.start().catch(() => undefined);
    const opened = await openMicrophone(device);
    await starting;
    if (this.#wanted !== wanted || !this.#graph) {
      if (typeof opened !== "string") for (const track of opened.getTracks()) track.stop(); // asked for something else meanwhile
      return this.#status.microphone;
    }
    this.#disconnect();
    if (typeof opened === "string") this.#report({ microphone: opened, microphoneName: "" });
    else this.#attach(opened, this.#graph);
    return this.#status.microphone;
  }

  /** Closes the microphone: the browser's recording sign goes out. */
  closeMicrophone(): void {
    this.#wanted = undefined;
    this.#disconnect();
    this.#report({ microphone: "off", microphoneName: "" });
  }

  /** Microphones and loudspeakers; labels are empty until a microphone was allowed once. */
  async devices(): Promise<{ microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] }> {
    const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    return {
      microphones: all.filter((d) => d.kind === "audioinput"),
      speakers: all.filter((d) => d.kind === "audiooutput"),
    };
  }

  /** Plays through this loudspeaker, "" = default. False if the browser or the device refuses; the old one stays. */
  async useSpeaker(device: string): Promise<boolean> {
    const context = this.#graph?.context as (AudioContext & { setSinkId?(id: string): Promise<void> }) | undefined;
    if (!context?.setSinkId) return device === "";
    try {
      await context.setSinkId(device);
      this.#report({ output: "on" });
      return true;
    } catch {
      return false;
    }
  }

  /** Muted: no sample leaves the capture worklet from now on. Kept over device changes. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#meter.level = quiet;
    if (this.#microphone) this.#microphone.track.enabled = !muted;
    this.#graph?.capture.port.postMessage({ muted });
  }

  /** Level of the microphone now, for a meter: dBov, -127 (silence, also when muted) to 0; attack at once, decay 60 dB/s. */
  get level(): number {
    const { level, at } = this.#meter;
    return Math.max(quiet, level - ((performance.now() - at) / 1000) * decay);
  }

  /** A pleasant tone of 1 s from the loudspeaker; resolves when it is over. */
  async testTone(): Promise<void> {
    await this.start();
    if (this.#graph) await playTone(this.#graph.context);
  }

  /** Call in a click's or key's handler while status.needsGesture. True if sound runs now. */
  async resume(): Promise<boolean> {
    const context = this.#graph?.context;
    await context?.resume().catch(() => undefined);
    if (context) this.#report({ needsGesture: waits(context) });
    return context?.state === "running";
  }

  /** New ports for a new worker; earlier ones go dead. After start() only. */
  ports(): AudioPorts {
    if (!this.#graph) throw new Error("AudioEngine.ports() before start()");
    return { capture: newPort(this.#graph.capture), playout: newPort(this.#graph.playout) };
  }

  /** Stops everything; the engine cannot be started again. */
  close(): void {
    navigator.mediaDevices?.removeEventListener("devicechange", this.#devicesChanged);
    this.#wanted = undefined;
    this.#disconnect();
    void this.#graph?.context.close().catch(() => undefined);
    this.#graph = undefined;
  }

  async #start(): Promise<void> {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
    await Promise.all([captureWorklet, playoutWorklet].map((url) => context.audioWorklet.addModule(url)));
    const capture = new AudioWorkletNode(context, "capture", {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    const playout = new AudioWorkletNode(context, "playout", { numberOfInputs: 0, outputChannelCount: [1] });
    playout.connect(context.destination);
    capture.port.onmessage = ({ data }: MessageEvent<number>) => this.#metered(data);
    this.#graph = { context, capture, playout };
    this.setMuted(this.#muted);
    context.addEventListener("error", () => this.#report({ output: "failed" }));
    context.addEventListener("statechange", () => this.#report({ needsGesture: waits(context) }));
    navigator.mediaDevices?.addEventListener("devicechange", this.#devicesChanged);
    // resume() stays pending as long as a gesture is missing, so it is not waited for.
    if (waits(context)) void context.resume().catch(() => undefined);
    this.#report({ needsGesture: waits(context) });
  }

  #attach(stream: MediaStream, { context, capture }: Graph): void {
    const track = stream.getAudioTracks()[0];
    track.enabled = !this.#muted;
    track.addEventListener("ended", () => this.#lost(track));
    const source = context.createMediaStreamSource(stream);
    source.connect(capture);
    this.#microphone = { track, source };
    this.#report({ microphone: "on", microphoneName: track.label });
  }

  #disconnect(): void {
    this.#microphone?.source.disconnect();
    this.#microphone?.track.stop(); // fires no "ended"
    this.#microphone = undefined;
  }

  #lost(track: MediaStreamTrack): void {
    if (track !== this.#microphone?.track) return;
    this.#disconnect();
    this.#report({ microphone: "lost", microphoneName: "" });
    this.#devicesChanged(); // another microphone may be there
  }

  /** Something was plugged in or out: try what failed once more. */
  #devicesChanged = (): void => {
    const { microphone, output } = this.#status;
    if (this.#wanted && (microphone === "lost" || microphone === "none" || microphone === "busy")) {
      void this.openMicrophone(this.#wanted.device);
    }
    if (output === "failed") void this.useSpeaker("");
  };

  #metered(power: number): void {
    if (this.#muted) return;
    this.#meter = { level: Math.max(this.level, dB(power), quiet), at: performance.now() };
  }

  #report(change: Partial<AudioStatus>): void {
    const before = this.#status;
    this.#status = { ...before, ...change };
    if (Object.entries(change).some(([key, value]) => before[key as keyof AudioStatus] !== value)) {
      this.#onChange(this.#status);
    }
  }
}

/** Whether the context is suspended or interrupted. */
function waits(context: AudioContext): boolean {
  return context.state !== "running" && context.state !== "closed";
}

/** A channel whose one end the worklet takes. */
function newPort(node: AudioWorkletNode): MessagePort {
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage({ port: port1 }, [port1]);
  return port2;
}
