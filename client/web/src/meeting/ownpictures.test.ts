import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Captured, CaptureEvents } from "../video/capture";
import { recall } from "./memory";
import { type Devices, OwnPictures } from "./ownpictures";

let opened: { camera?: CaptureEvents; screen?: CaptureEvents };
let answers: boolean[]; // what the devices say when they are opened
const asked: (string | undefined)[] = [];
const captured = (device: string): Captured => ({
  frames: new ReadableStream(),
  width: 1280,
  height: 720,
  fps: 30,
  stream: { id: device } as MediaStream,
  device,
});

class FakeCamera {
  static list = async () => [
    { id: "a", name: "Trên TV" },
    { id: "b", name: "Trên bàn" },
  ];
  device = "a";
  constructor(private readonly events: CaptureEvents) {
    opened.camera = events;
  }
  async open(device?: string): Promise<boolean> {
    asked.push(device);
    await undefined; // it takes time
    if (!answers.shift()) return false;
    this.events.opened(captured(device ?? "a"));
    return true;
  }
  async next(): Promise<boolean> {
    this.events.opened(captured("b"));
    return true;
  }
  close(): void {
    this.events.closed();
  }
}

class FakeScreen {
  constructor(private readonly events: CaptureEvents) {
    opened.screen = events;
  }
  async open(): Promise<boolean> {
    if (!answers.shift()) return false;
    this.events.opened(captured("screen"));
    return true;
  }
  close(): void {
    this.events.closed();
  }
}

let told: string[];
const own = () =>
  new OwnPictures(({ type }) => void told.push(type), { Camera: FakeCamera, Screen: FakeScreen } satisfies Devices);

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  opened = {};
  answers = [true, true, true];
  told = [];
  asked.length = 0;
});

afterEach(() => vi.unstubAllGlobals());

describe("OwnPictures", () => {
  it("opens and closes the camera by its button, and remembers that", async () => {
    const mine = own();
    mine.pressCamera();
    expect(mine.camera.value).toBe("opening");
    await vi.waitFor(() => expect(mine.camera.value).toBe("on"));
    expect(mine.view.value?.id).toBe("a");
    expect(recall("camera")).toBe("on");
    mine.pressCamera();
    expect(mine.camera.value).toBe("off");
    expect(mine.view.value).toBeUndefined();
    expect(recall("camera")).toBe("off");
    expect(told).toEqual(["camera", "camera-off"]);
  });

  it("opens by itself only what was open before", async () => {
    own().resume();
    expect(asked).toEqual([]);
    localStorage.setItem("diemcau.camera", "on");
    localStorage.setItem("diemcau.lens", "b");
    const mine = own();
    mine.resume();
    await vi.waitFor(() => expect(mine.camera.value).toBe("on"));
    expect(asked).toEqual(["b"]);
  });

  it("is off again when the camera does not open, and says why", async () => {
    answers = [false];
    const mine = own();
    mine.pressCamera();
    opened.camera?.trouble({ code: "camera-refused", vi: "Không được", en: "No" });
    await vi.waitFor(() => expect(mine.camera.value).toBe("off"));
    expect(mine.trouble.value?.code).toBe("camera-refused");
    opened.camera?.trouble(undefined);
    expect(mine.trouble.value).toBeUndefined();
  });

  it("remembers which camera was chosen", async () => {
    const mine = own();
    mine.pressCamera();
    await vi.waitFor(() => expect(mine.camera.value).toBe("on"));
    await mine.nextCamera();
    expect([mine.device.value, recall("lens")]).toEqual(["b", "b"]);
    await mine.chooseCamera("a");
    expect([mine.device.value, recall("lens")]).toEqual(["a", "a"]);
    expect(mine.cameras.value).toHaveLength(2);
  });

  it("keeps a choice while the camera is off without opening it", async () => {
    const mine = own();
    await mine.chooseCamera("b");
    await mine.nextCamera();
    expect(asked).toEqual([]);
    expect(recall("lens")).toBe("b");
  });

  it("shares the screen until it is told otherwise, here or by the browser", async () => {
    const mine = own();
    await mine.pressScreen();
    expect(mine.screen.value).toBe("on");
    opened.screen?.closed();
    expect(mine.screen.value).toBe("off");
    await mine.pressScreen();
    await mine.pressScreen();
    expect(mine.screen.value).toBe("off");
    answers = [false];
    await mine.pressScreen();
    expect(mine.screen.value).toBe("off");
  });

  it("knows whether anybody gets its pictures", () => {
    const mine = own();
    expect([mine.cameraSent.value, mine.screenSent.value]).toEqual([false, false]);
    mine.sending([[2, 8000, 2, 1]], true);
    expect([mine.cameraSent.value, mine.screenSent.value, mine.behind.value]).toEqual([true, false, true]);
    mine.sending([[9, 300_000, 80, 2]], false);
    expect([mine.cameraSent.value, mine.screenSent.value, mine.behind.value]).toEqual([false, true, false]);
  });
});
