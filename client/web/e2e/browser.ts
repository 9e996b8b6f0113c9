import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
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

/** A browser whose microphone hears the WAV file, over and over; without one it has no microphone. */
export function browser(microphone?: string): Promise<Browser> {
  const fake = microphone
    ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-audio-capture=${microphone}`]
    : []; // a machine that tests has none
  return playwright.launch({ executablePath: chromium(), headless: true, args: [...flags, ...fake] });
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

/** Opens a page that keeps what it plays to its loudspeaker, for heard(). The recorder is a worklet: a busy page loses nothing. */
export async function listen(in_: Browser, url: string, viewport = { width: 1366, height: 768 }): Promise<Page> {
  // The recorder's own script is the only thing that the page's security policy would refuse.
  const page = await in_.newPage({ viewport, bypassCSP: true });
  await page.addInitScript(() => {
    const kept: Float32Array[] = [];
    Object.assign(globalThis, { __heard: kept });
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
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      if (args[0] instanceof AudioDestinationNode) {
        void this.context.audioWorklet.addModule(module).then(() => {
          const node = new AudioWorkletNode(this.context, "recorder", {
            channelCount: 1,
            channelCountMode: "explicit",
          });
          node.port.onmessage = (event) => kept.push(event.data);
          connect.call(this, node);
          connect.call(node, this.context.destination); // silent, but pulled
        });
      }
      return connect.apply(this, args);
    } as typeof AudioNode.prototype.connect;
  });
  await page.goto(url);
  return page;
}

/** What the page has played since the last call. */
export async function heard(page: Page): Promise<Sound> {
  const base64 = await page.evaluate(() => {
    const parts = (globalThis as unknown as { __heard: Float32Array[] }).__heard.splice(0);
    const bytes = new Uint8Array(parts.length * 4096 * 4);
    parts.forEach((p, i) => {
      bytes.set(new Uint8Array(p.buffer), i * 4096 * 4);
    });
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  });
  return { rate: 48000, samples: floats(base64) };
}
