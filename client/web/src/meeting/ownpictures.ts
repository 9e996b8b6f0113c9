// One's own camera and screen: open or not, which one, and whether anybody gets it. Whatever happens to them, the voice goes on.

import { computed, type Signal, signal } from "@preact/signals";
import type { LayerPlan, SourceName, ToVideo } from "../video/messages";
import { type Lack, type Lenses, lackOf, lenses, type Opened } from "./lenses";
import { recall, remember } from "./memory";

/** opening: the browser asks the person, or the camera starts. */
export type Shutter = "off" | "opening" | "on";

/** What keeps one's own pictures from being sent. */
export interface OwnTrouble {
  source: SourceName;
  lack: Lack;
}

/** One's own pictures in one stay. Call close() at the end. */
export class OwnPictures {
  readonly camera = signal<Shutter>("off");
  readonly screen = signal<Shutter>("off");
  readonly view = signal<MediaStream | undefined>(undefined); // of the camera
  readonly cameras = signal<readonly MediaDeviceInfo[]>([]);
  readonly device = signal(recall("lens") ?? ""); // id of the camera that was chosen or is open
  readonly layers = signal<readonly LayerPlan[]>([]); // that are sent now
  readonly behind = signal(false); // this computer cannot encode as much as it should
  readonly trouble = signal<OwnTrouble | undefined>(undefined);

  /** Whether somebody gets the camera's pictures: layers from 8 are the screen's. */
  readonly cameraSent = computed(() => this.layers.value.some(([layer]) => layer < 8));
  readonly screenSent = computed(() => this.layers.value.some(([layer]) => layer === 8 || layer === 9));

  #open: Partial<Record<SourceName, Opened>> = {};
  #tries = { camera: 0, screen: 0 }; // an answer that comes after another wish is none
  #unlisten: () => void;
  #lost = false; // the camera was unplugged: it is opened again when it is back

  /** tell reaches the video worker. */
  constructor(
    private readonly tell: (message: ToVideo, transfer?: Transferable[]) => void,
    private readonly from: Lenses = lenses,
  ) {
    this.#unlisten = from.onChange(() => void this.#changed());
    void this.#look();
  }

  /** Opens the camera if it was open when the person left. */
  resume(): void {
    if (recall("camera") === "on") void this.openCamera();
  }

  /** The button: opens or closes the camera, and that is remembered. */
  pressCamera(): void {
    const opens = this.camera.value === "off";
    remember("camera", opens ? "on" : "off");
    this.#lost = false;
    if (opens) void this.openCamera();
    else this.closeCamera();
  }

  /** Opens this camera, or the one that was chosen last. */
  async openCamera(device = this.device.value): Promise<void> {
    const camera = await this.#opens("camera", this.camera, () => this.from.camera(device || undefined));
    if (!camera) return;
    const { stream, frames, width, height, fps } = camera;
    this.view.value = stream;
    this.device.value = camera.device;
    this.tell({ type: "camera", frames, width, height, fps }, [frames as unknown as Transferable]);
    void this.#look(); // their names are told only now
  }

  /** Closes it. */
  closeCamera(): void {
    this.#closes("camera");
    this.camera.value = "off";
    this.view.value = undefined;
  }

  /** Uses another camera, and keeps to it. */
  async chooseCamera(device: string): Promise<void> {
    remember("lens", device);
    this.device.value = device;
    if (this.camera.value === "off") return;
    this.#closes("camera");
    await this.openCamera(device);
  }

  /** Uses the next camera; nothing happens where there is only one. */
  async nextCamera(): Promise<void> {
    const ids = this.cameras.value.map(({ deviceId }) => deviceId);
    if (ids.length < 2) return;
    await this.chooseCamera(ids[(ids.indexOf(this.device.value) + 1) % ids.length]);
  }

  /** The button: shows the screen to all, or ends that. */
  async pressScreen(): Promise<void> {
    if (this.screen.value !== "off") return this.closeScreen();
    const screen = await this.#opens("screen", this.screen, () => this.from.screen());
    if (!screen) return;
    const { frames, width, height } = screen;
    this.tell({ type: "screen", frames, width, height }, [frames as unknown as Transferable]);
  }

  /** Ends showing the screen. */
  closeScreen(): void {
    this.#closes("screen");
    this.screen.value = "off";
  }

  /** What the worker sends now. */
  sending(layers: readonly LayerPlan[], behind: boolean): void {
    this.layers.value = layers;
    this.behind.value = behind;
  }

  /** Closes everything. */
  close(): void {
    this.#unlisten();
    this.closeCamera();
    this.closeScreen();
  }

  async #opens(source: SourceName, state: Signal<Shutter>, open: () => Promise<Opened>): Promise<Opened | undefined> {
    const mine = ++this.#tries[source];
    state.value = "opening";
    this.trouble.value = undefined;
    let lack: Lack;
    try {
      const opened = await open();
      if (mine !== this.#tries[source]) {
        opened.close();
        return undefined;
      }
      this.#open[source] = opened;
      opened.onEnded = () => this.#ended(source);
      state.value = "on";
      return opened;
    } catch (error) {
      lack = lackOf(error);
    }
    if (mine !== this.#tries[source]) return undefined;
    state.value = "off";
    // Who closes the browser's question about a screen has changed their mind.
    if (source === "camera" || lack !== "refused") this.trouble.value = { source, lack };
    return undefined;
  }

  #closes(source: SourceName): void {
    this.#tries[source]++;
    const opened = this.#open[source];
    if (!opened) return;
    this.#open[source] = undefined;
    opened.close();
    this.tell({ type: `${source}-off` });
  }

  /** Unplugged, or stopped by the browser's own button. */
  #ended(source: SourceName): void {
    if (source === "screen") this.closeScreen();
    else {
      this.closeCamera();
      this.#lost = true;
      this.trouble.value = { source, lack: "unplugged" };
    }
  }

  async #changed(): Promise<void> {
    await this.#look();
    if (!this.#lost || this.cameras.value.length === 0) return;
    this.#lost = false;
    await this.openCamera();
  }

  async #look(): Promise<void> {
    this.cameras.value = await this.from.list().catch(() => []);
  }
}
