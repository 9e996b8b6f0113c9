import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  chromium as playwright,
} from "playwright-core";
import { chromium, out, speech } from "./paths";
import { type Sound, wav } from "./sound";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-ui-for-media-stream",
];

/** A browser whose microphone hears the WAV file and whose camera sees the film (film.ts), over and over; without them it has none. More flags may follow. */
export function browser(
  microphone?: string,
  executablePath = chromium(),
  camera?: string,
  more: string[] = [],
): Promise<Browser> {
  const fake = microphone || camera ? ["--use-fake-device-for-media-stream"] : []; // a machine that tests has no devices
  if (microphone) fake.push(`--use-file-for-fake-audio-capture=${microphone}`);
  if (camera) fake.push(`--use-file-for-fake-video-capture=${camera}`);
  return playwright.launch({ executablePath, headless: true, args: [...flags, ...fake, ...more] });
}

/** A browser without a microphone that keeps what it knows in a folder; kill ends it as a power cut does. */
export async function kiosk(profile: string): Promise<{ context: BrowserContext; page: Page; kill: () => void }> {
  const context = await playwright.launchPersistentContext(profile, { executablePath: chromium(), args: flags });
  // The lock of a profile names the computer and the process that hold it.
  const kill = () => process.kill(Number(readlinkSync(join(profile, "SingletonLock")).split("-").at(-1)), "SIGKILL");
  return { context, page: context.pages()[0], kill };
}

/** Decodes a speech of codec/testdata in a browser, and writes it as a WAV file for a microphone. */
export async function decode(in_: Browser, name: string): Promise<{ sound: Sound; file: string }> {
  const page = await in_.newPage();
  const base64 = readFileSync(speech(name)).toString("base64");
  const pcm = await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const decoded = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(bytes.buffer);
    const samples = new Uint8Array(decoded.getChannelData(0).slice().buffer);
    let text = "";
    for (let i = 0; i < samples.length; i += 8192) text += String.fromCharCode(...samples.subarray(i, i + 8192));
    return btoa(text);
  }, base64);
  await page.close();
  const sound = { rate: 48000, samples: floats(pcm) };
  const file = join(out, `${name}.wav`);
  writeFileSync(file, wav(sound));
  return { sound, file };
}

function floats(base64: string): Float32Array {
  const b = Buffer.from(base64, "base64");
  return new Float32Array(b.buffer.slice(b.byteOffset, b.byteOffset + b.length));
}

interface Tap {
  parts: Float32Array[];
  arrived: number[]; // wall clock at which each of parts was complete, ms
  taken: number; // parts that were handed out
  began: number; // wall clock of the first sample, ms
}

/** Where pages are opened: a browser, or a context of it that keeps what it is given. */
type Place = Pick<Browser, "newPage">;

/** Opens a page that keeps what its loudspeaker plays and its microphone hears, for heard(). The recorder is a worklet: a busy page loses nothing. */
export async function listen(in_: Browser, url: string, viewport = { width: 1366, height: 768 }): Promise<Page> {
  const page = await tapped(in_, { viewport });
  await page.goto(url);
  return page;
}

/** A page of which every sound will be kept. */
export async function tapped(in_: Place, options: BrowserContextOptions = {}): Promise<Page> {
  // The recorder's own script is the only thing that the page's security policy would refuse.
  const page = await in_.newPage({ ...options, bypassCSP: true });
  await page.addInitScript(record);
  return page;
}

/** Runs in the page before its own scripts. */
function record(): void {
  const taps: Record<string, Tap> = {};
  Object.assign(globalThis, { __taps: taps });
  const recorder = `registerProcessor("recorder", class extends AudioWorkletProcessor {
    constructor() { super(); this.part = new Float32Array(4096); this.used = 0; }
    process([[samples]]) {
      this.part.set(samples ?? new Float32Array(128), this.used);
      this.used += 128;
      if (this.used === 4096) { this.port.postMessage(this.part); this.used = 0; }
      return true;
    }
  });`;
  const module = URL.createObjectURL(new Blob([recorder], { type: "text/javascript" }));
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => AudioNode;
  const tap = async (source: AudioNode, name: string) => {
    await source.context.audioWorklet.addModule(module);
    const kept: Tap = { parts: [], arrived: [], taken: 0, began: Number.POSITIVE_INFINITY };
    taps[name] = kept;
    const node = new AudioWorkletNode(source.context, "recorder", { channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = (event) => {
      const now = performance.timeOrigin + performance.now();
      kept.parts.push(event.data);
      kept.arrived.push(now);
      const samples = (kept.taken + kept.parts.length) * 4096;
      // The message that was least delayed tells best.
      kept.began = Math.min(kept.began, now - samples / 48);
    };
    connect.call(source, node);
    connect.call(node, source.context.destination); // silent, but pulled
  };
  AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
    if (args[0] instanceof AudioDestinationNode) void tap(this, "loudspeaker");
    if (this instanceof MediaStreamAudioSourceNode) void tap(this, "microphone");
    return connect.apply(this, args);
  } as typeof AudioNode.prototype.connect;
}

/** What the page has played, or its microphone heard, since the last call, and the wall clock of its first sample in ms. */
export async function heard(page: Page, name = "loudspeaker"): Promise<Sound & { began: number }> {
  const { base64, began } = await take(page, name);
  return { rate: 48000, samples: floats(base64), began };
}

/** The same as the two files of a recording for cmd/internal/judge; returns their common name. */
export async function keep(page: Page, name: "loudspeaker" | "microphone", file: string): Promise<string> {
  const { base64, arrived } = await take(page, name);
  writeFileSync(`${file}.f32`, Buffer.from(base64, "base64"));
  writeFileSync(`${file}.json`, JSON.stringify({ rate: 48000, part: 4096, arrived }));
  return file;
}

function take(page: Page, name: string): Promise<{ base64: string; began: number; arrived: number[] }> {
  return page.evaluate((name) => {
    const tap = (globalThis as unknown as { __taps: Record<string, Tap> }).__taps[name];
    if (!tap) return { base64: "", began: 0, arrived: [] };
    const began = tap.began + (tap.taken * 4096) / 48;
    const parts = tap.parts.splice(0);
    const arrived = tap.arrived.splice(0);
    tap.taken += parts.length;
    const bytes = new Uint8Array(parts.length * 4096 * 4);
    parts.forEach((p, i) => {
      bytes.set(new Uint8Array(p.buffer), i * 4096 * 4);
    });
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return { base64: btoa(text), began, arrived };
  }, name);
}
