// Cameras that are there, not there, refused, taken, unplugged and covered, and screens, with stand-ins for the browser's.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Camera, type Captured, Screen } from "./capture";

class Track extends EventTarget {
  onended: (() => void) | undefined;
  onmute: (() => void) | undefined;
  onunmute: (() => void) | undefined;
  readyState = "live";
  muted = false;
  contentHint = "";
  constructor(readonly id: string) {
    super();
  }
  getSettings(): MediaTrackSettings {
    return { width: 1280, height: 720, frameRate: 29.97, deviceId: this.id };
  }
  stop(): void {
    this.readyState = "ended";
  }
  lose(): void {
    this.readyState = "ended";
    this.onended?.();
  }
}

let plugged: string[];
let tracks: Track[];
let refusal: Record<string, DOMException>; // by device, "any" for all
let asked: unknown[];
let devices: EventTarget;
let said: string[];
let opened: Captured[];

const events = {
  opened: (captured: Captured) => {
    opened.push(captured);
    said.push("opened");
  },
  closed: () => void said.push("closed"),
  trouble: (sentence: { code: string } | undefined) => void said.push(sentence?.code ?? "well"),
};

async function getUserMedia({ video }: { video: true | { deviceId?: { exact: string } } }): Promise<unknown> {
  asked.push(video);
  const wanted = video === true ? undefined : video.deviceId?.exact;
  if (tracks.some(({ readyState }) => readyState === "live")) throw new DOMException("", "NotReadableError");
  const refused = refusal[wanted ?? "any"] ?? (video === true ? undefined : refusal.wishes);
  if (refused) throw refused;
  if (plugged.length === 0) throw new DOMException("", "NotFoundError");
  if (wanted && !plugged.includes(wanted)) throw new DOMException("", "OverconstrainedError");
  return streamOf(wanted ?? plugged[0]);
}

function streamOf(id: string): unknown {
  const track = new Track(id);
  tracks.push(track);
  return { getVideoTracks: () => [track], getTracks: () => [track] };
}

async function getDisplayMedia(): Promise<unknown> {
  if (refusal.any) throw refusal.any;
  return streamOf("screen:1");
}

beforeEach(() => {
  plugged = ["front", "room"];
  tracks = [];
  refusal = {};
  asked = [];
  said = [];
  opened = [];
  devices = Object.assign(new EventTarget(), {
    getUserMedia,
    getDisplayMedia,
    enumerateDevices: async () => [
      { kind: "audioinput", deviceId: "mic", label: "" },
      ...plugged.map((deviceId) => ({ kind: "videoinput", deviceId, label: `Camera ${deviceId}` })),
    ],
  });
  vi.stubGlobal("navigator", { mediaDevices: devices });
  vi.stubGlobal("VideoEncoder", class {});
  vi.stubGlobal(
    "MediaStreamTrackProcessor",
    class {
      readable = new ReadableStream();
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

const settle = () => new Promise((done) => setImmediate(done));

describe("a camera", () => {
  test("opens with what it can do, and closes", async () => {
    const camera = new Camera(events);
    expect(await camera.open()).toBe(true);
    expect(opened[0]).toMatchObject({ width: 1280, height: 720, fps: 30, device: "front" });
    expect(camera.on).toBe(true);
    camera.close();
    expect(tracks[0].readyState).toBe("ended");
    expect(said).toEqual(["opened", "closed"]);
    expect(await Camera.list()).toEqual([
      { id: "front", name: "Camera front" },
      { id: "room", name: "Camera room" },
    ]);
  });

  test("is followed by the next one, in a circle, one at a time", async () => {
    const camera = new Camera(events);
    await camera.open();
    await camera.next();
    expect(camera.device).toBe("room");
    await camera.next();
    expect(camera.device).toBe("front");
    expect(said).toEqual(["opened", "opened", "opened"]);
    plugged = ["front"];
    expect(await camera.next()).toBe(false);
    expect(camera.on).toBe(true);
  });

  test("stays when the next one cannot be opened", async () => {
    const camera = new Camera(events);
    await camera.open();
    refusal = { room: new DOMException("", "NotReadableError") };
    expect(await camera.next()).toBe(false);
    expect(camera).toMatchObject({ on: true, device: "front" });
    expect(said.at(-1)).toBe("opened");
  });

  test.each([
    ["NotAllowedError", "camera-refused"],
    ["SecurityError", "camera-refused"],
    ["NotFoundError", "camera-none"],
    ["NotReadableError", "camera-busy"],
    ["AbortError", "camera-busy"],
  ])("%s is told as %s", async (name, code) => {
    refusal = { any: new DOMException("", name) };
    expect(await new Camera(events).open()).toBe(false);
    expect(said).toEqual([code]);
  });

  test("that can do nothing of what is wished is opened as it is; one that is gone, as any", async () => {
    refusal = { wishes: new DOMException("", "OverconstrainedError") };
    expect(await new Camera(events).open()).toBe(true);
    expect(asked.at(-1)).toBe(true);
    refusal = {};
    tracks = [];
    const camera = new Camera(events);
    expect(await camera.open("gone")).toBe(true);
    expect(camera.device).toBe("front");
  });

  test("that is unplugged is told of, and comes back by itself", async () => {
    const camera = new Camera(events);
    await camera.open("room");
    plugged = [];
    tracks[0].lose();
    expect(said).toEqual(["opened", "closed", "camera-lost"]);
    devices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(camera.on).toBe(false);
    plugged = ["room"];
    devices.dispatchEvent(new Event("devicechange"));
    devices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(camera.device).toBe("room");
    expect(said.slice(3)).toEqual(["well", "opened"]);
    camera.close();
    devices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(camera.on).toBe(false);
  });

  test("that is covered is told of until it is not", async () => {
    await new Camera(events).open();
    tracks[0].onmute?.();
    tracks[0].onunmute?.();
    expect(said).toEqual(["opened", "camera-dark", "well"]);
  });

  test("that is switched off while it opens stays off", async () => {
    const camera = new Camera(events);
    const opening = camera.open();
    camera.close();
    expect(await opening).toBe(false);
    expect(tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
    expect(said).toEqual([]);
  });

  test("needs a browser that can encode", async () => {
    vi.stubGlobal("VideoEncoder", undefined);
    expect(await new Camera(events).open()).toBe(false);
    expect(said).toEqual(["pictures-old"]);
  });
});

describe("a screen", () => {
  test("is shared until it is stopped here or in the browser", async () => {
    const screen = new Screen(events);
    expect(await screen.open()).toBe(true);
    expect(tracks[0].contentHint).toBe("text");
    tracks[0].lose();
    expect(said).toEqual(["opened", "closed"]);
    await screen.open();
    screen.close();
    expect(said).toEqual(["opened", "closed", "opened", "closed"]);
  });

  test.each([
    ["NotAllowedError", "Permission denied by user", []],
    ["NotAllowedError", "Permission denied by system", ["screen-refused"]],
    ["NotReadableError", "", ["screen-failed"]],
  ])("%s, %s", async (name, message, told) => {
    refusal = { any: new DOMException(message, name) };
    expect(await new Screen(events).open()).toBe(false);
    expect(said).toEqual(told);
  });
});
