// One's own camera and screen: open or not, which one, and whether anybody gets it. Whatever happens to them, the voice goes on.

import { computed, signal } from "@preact/signals";
import { Camera, type CameraDevice, type Captured, type CaptureEvents, Screen } from "../video/capture";
import type { LayerPlan, ToVideo } from "../video/messages";
import { recall, remember } from "./memory";
import type { Sentence } from "./messages";

/** opening: the browser asks the person, or the camera starts. */
export type Shutter = "off" | "opening" | "on";

/** What gives pictures; other classes in tests. */
export interface Devices {
  Camera: { new (events: CaptureEvents): Pick<Camera, "device" | "open" | "next" | "close">; list: typeof Camera.list };
  Screen: new (events: CaptureEvents) => Pick<Screen, "open" | "close">;
}

/** One's own pictures in one stay. Call close() at the end. */
export class OwnPictures {
  readonly camera = signal<Shutter>("off");
  readonly screen = signal<Shutter>("off");
  readonly view = signal<MediaStream | undefined>(undefined); // of the camera
  readonly cameras = signal<readonly CameraDevice[]>([]);
  readonly device = signal(recall("lens") ?? ""); // id of the camera that was chosen or is open
  readonly trouble = signal<Sentence | undefined>(undefined);
  readonly layers = signal<readonly LayerPlan[]>([]); // that are sent now
  readonly behind = signal(false); // this computer cannot encode as much as it should

  /** Whether somebody gets the camera's pictures, and the screen's: theirs are the layers from 8. */
  readonly cameraSent = computed(() => this.layers.value.some(([layer]) => layer < 8));
  readonly screenSent = computed(() => this.layers.value.some(([layer]) => layer >= 8));

  #camera: InstanceType<Devices["Camera"]>;
  #screen: InstanceType<Devices["Screen"]>;

  /** tell reaches the video worker. */
  constructor(
    tell: (message: ToVideo, transfer?: Transferable[]) => void,
    private readonly devices: Devices = { Camera, Screen },
  ) {
    const trouble = (sentence: Sentence | undefined) => {
      this.trouble.value = sentence;
    };
    const transferred = ({ frames }: Captured) => [frames as unknown as Transferable];
    this.#camera = new devices.Camera({
      opened: (captured) => {
        const { frames, width, height, fps, stream, device } = captured;
        tell({ type: "camera", frames, width, height, fps }, transferred(captured));
        this.camera.value = "on";
        this.view.value = stream;
        this.device.value = device;
        void this.look(); // their names are told only now
      },
      closed: () => {
        tell({ type: "camera-off" });
        this.camera.value = "off";
        this.view.value = undefined;
      },
      trouble,
    });
    this.#screen = new devices.Screen({
      opened: (captured) => {
        const { frames, width, height } = captured;
        tell({ type: "screen", frames, width, height }, transferred(captured));
        this.screen.value = "on";
      },
      closed: () => {
        tell({ type: "screen-off" });
        this.screen.value = "off";
      },
      trouble,
    });
    void this.look();
  }

  /** Opens the camera if it was open when the person left. */
  resume(): void {
    if (recall("camera") === "on") void this.#open();
  }

  /** The button: opens or closes the camera, and that is remembered. */
  pressCamera(): void {
    const opens = this.camera.value === "off";
    remember("camera", opens ? "on" : "off");
    if (opens) void this.#open();
    else {
      this.#camera.close();
      this.camera.value = "off"; // also while it opened
    }
  }

  /** Uses this camera from now on. */
  async chooseCamera(device: string): Promise<void> {
    remember("lens", device);
    this.device.value = device;
    if (this.camera.value !== "off") await this.#open();
  }

  /** Uses the next camera; nothing happens where there is only one. */
  async nextCamera(): Promise<void> {
    if (this.camera.value === "on" && (await this.#camera.next())) remember("lens", this.device.value);
  }

  /** The button: shows the screen to all, or ends that. */
  async pressScreen(): Promise<void> {
    if (this.screen.value === "on") return this.#screen.close();
    this.screen.value = "opening";
    this.screen.value = (await this.#screen.open()) ? "on" : "off";
  }

  /** Looks which cameras there are. */
  async look(): Promise<void> {
    this.cameras.value = (await this.devices.Camera.list()).filter(({ id }) => id !== "");
  }

  /** What the worker sends now. */
  sending(layers: readonly LayerPlan[], behind: boolean): void {
    this.layers.value = layers;
    this.behind.value = behind;
  }

  /** Closes everything. */
  close(): void {
    this.#camera.close();
    this.#screen.close();
  }

  async #open(): Promise<void> {
    this.camera.value = "opening";
    const on = await this.#camera.open(this.device.value || undefined);
    if (!on && this.camera.value === "opening") this.camera.value = "off";
  }
}
