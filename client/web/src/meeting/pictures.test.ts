import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FromVideo, Shown, ToVideo } from "../video/messages";
import { Pictures, type VideoWorker } from "./pictures";

/** Stands in for the worker: keeps what it is told, says what the test wants. */
class Script implements VideoWorker {
  onmessage: VideoWorker["onmessage"] = null;
  told: ToVideo[] = [];
  terminated = false;
  postMessage(message: ToVideo): void {
    if (message.type === "port") message.port.close();
    this.told.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(...messages: FromVideo[]): void {
    for (const data of messages) this.onmessage?.({ data } as MessageEvent<FromVideo>);
  }
  get watch(): Extract<ToVideo, { type: "watch" }> | undefined {
    return this.told.filter((message) => message.type === "watch").at(-1);
  }
}

class Page extends EventTarget {
  hidden = false;
  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let worker: Script;
let page: Page;
let pictures: Pictures;
let lent: MessagePort[];

const begin = () => {
  worker = new Script();
  page = new Page();
  lent = [];
  const call = {
    lend: (port: MessagePort) => void lent.push(port),
    own: { value: { id: "1", name: "A", publication: 7 } },
  };
  pictures = new Pictures(worker, call as never, page as unknown as Document);
};

const told = (of: Shown[], large?: Shown): FromVideo => ({ type: "pictures", of, large, room: 300 });
const frame = (publication: number, source: "camera" | "screen" = "camera"): FromVideo & { type: "frame" } => ({
  type: "frame",
  publication,
  source,
  frame: { close: vi.fn(), displayWidth: 2, displayHeight: 2 } as unknown as VideoFrame,
  layer: 4,
});

beforeEach(() => {
  vi.useFakeTimers();
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => setTimeout(draw, 16));
  begin();
});

afterEach(() => {
  pictures.close();
  for (const port of lent) port.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Pictures", () => {
  it("connects the worker with the line and asks for all", () => {
    expect(worker.told[0].type).toBe("port");
    expect(lent).toHaveLength(1);
    expect(worker.watch).toMatchObject({ mode: "all", large: 0, small: 5 });
  });

  it("keeps what the person wants to see", () => {
    pictures.choose("slides");
    expect(worker.watch?.mode).toBe("slides");
    pictures.close();
    begin();
    expect(pictures.mode.value).toBe("slides");
  });

  it("has a large picture, and small ones that come or have come", () => {
    worker.say(
      told(
        [
          [1, 0, 5],
          [2, 0, 3],
          [3, 0, 0],
          [2, 1, 0],
          [7, 0, 0],
        ],
        [1, 0, 5],
      ),
    );
    expect(pictures.large.value?.key).toBe("1 camera");
    expect(pictures.small.value.map(({ key }) => key)).toEqual(["2 camera"]);
    expect(pictures.all.value.some(({ publication }) => publication === 7)).toBe(false); // one's own
    worker.say(frame(3));
    expect(pictures.small.value.map(({ key }) => key)).toEqual(["2 camera", "3 camera"]);
    expect(pictures.room.value).toBe(300);
  });

  it("gives the room there is to what comes, then to what came", () => {
    const seen = [2, 3, 4].map((p) => frame(p));
    worker.say(
      told([
        [2, 0, 3],
        [3, 0, 3],
        [4, 0, 3],
      ]),
      ...seen,
      told([
        [2, 0, 0],
        [3, 0, 3],
        [4, 0, 3],
      ]),
    );
    pictures.sized(700, 2);
    expect(pictures.small.value.map(({ publication }) => publication)).toEqual([3, 4]);
    worker.say(
      told([
        [2, 0, 0],
        [3, 0, 0],
        [4, 0, 3],
      ]),
    );
    expect(pictures.small.value.map(({ publication }) => publication)).toEqual([2, 4]);
  });

  it("enlarges what the person pressed, until that is gone", () => {
    worker.say(
      told(
        [
          [1, 0, 5],
          [2, 0, 3],
        ],
        [1, 0, 5],
      ),
    );
    pictures.enlarge(2);
    expect(worker.watch?.large).toBe(2);
    expect(pictures.large.value?.publication).toBe(2); // the relay need not have answered
    worker.say(told([[1, 0, 5]], [1, 0, 5]));
    expect(pictures.chosen.value).toBeUndefined();
    expect(worker.watch?.large).toBe(0);
    expect(pictures.large.value?.publication).toBe(1);
  });

  it("shows nothing where only voice is wanted", () => {
    worker.say(
      told(
        [
          [1, 0, 5],
          [2, 0, 3],
        ],
        [1, 0, 5],
      ),
    );
    pictures.choose("voice");
    expect(pictures.large.value).toBeUndefined();
    expect(pictures.small.value).toEqual([]);
  });

  it("tells pictures that are paused from those that move", () => {
    worker.say(told([[1, 0, 5]], [1, 0, 5]), frame(1));
    expect(pictures.large.value).toMatchObject({ paused: false, seen: true });
    worker.say({ type: "paused", publication: 1, source: "camera", paused: true });
    expect(pictures.large.value?.paused).toBe(true);
    worker.say({ type: "paused", publication: 1, source: "camera", paused: false });
    expect(pictures.large.value?.paused).toBe(false);
  });

  it("closes a frame, drawn or not, and says so", () => {
    const came = frame(1, "screen");
    worker.say(told([[1, 1, 9]], [1, 1, 9]), came);
    expect(came.frame.close).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(came.frame.close).toHaveBeenCalledOnce();
    expect(worker.told.at(-1)).toEqual({ type: "drawn", publication: 1, source: "screen" });
  });

  it("forgets a picture that has ended", () => {
    worker.say(told([[1, 0, 5]], [1, 0, 5]), frame(1), told([]), told([[1, 0, 5]], [1, 0, 5]));
    expect(pictures.large.value?.seen).toBe(false);
  });
});

describe("a narrow line", () => {
  it("is told once it stays so, and is over at once", () => {
    for (let at = 0; at < 5; at++) {
      worker.say(
        told(
          [
            [1, 0, 2],
            [2, 0, 0],
          ],
          [1, 0, 2],
        ),
      );
      vi.advanceTimersByTime(1000);
    }
    expect(pictures.narrow.value).toBeUndefined();
    vi.advanceTimersByTime(1500);
    expect(pictures.narrow.value).toBe("stills");
    worker.say(
      told([
        [1, 0, 0],
        [2, 0, 0],
      ]),
    );
    expect(pictures.narrow.value).toBe("voice");
    worker.say(
      told(
        [
          [1, 0, 3],
          [2, 0, 0],
        ],
        [1, 0, 3],
      ),
    );
    expect(pictures.narrow.value).toBeUndefined();
  });

  it("is none where nobody sends, or nothing is wanted", () => {
    worker.say(told([]));
    pictures.choose("slides");
    worker.say(told([[1, 0, 0]]));
    vi.advanceTimersByTime(9000);
    expect(pictures.narrow.value).toBeUndefined();
  });
});

describe("a page that nobody can see", () => {
  it("asks for no faces after a moment, and for all when it is back", () => {
    page.turn(true);
    expect(worker.watch?.mode).toBe("all");
    vi.advanceTimersByTime(6000);
    expect(worker.watch?.mode).toBe("slides");
    page.turn(false);
    expect(worker.watch?.mode).toBe("all");
  });

  it("goes on while the large picture has a window of its own", () => {
    pictures.float(true);
    page.turn(true);
    vi.advanceTimersByTime(6000);
    expect(worker.watch?.mode).toBe("all");
    pictures.float(false);
    expect(worker.watch?.mode).toBe("slides");
  });
});

it("asks for a picture no larger than its place, and says nothing twice", () => {
  pictures.sized(400, 5);
  expect(worker.watch?.height).toBe(720);
  const said = worker.told.length;
  pictures.sized(500, 5);
  expect(worker.told).toHaveLength(said);
  pictures.sized(300, 3);
  expect(worker.watch).toMatchObject({ height: 360, small: 3 });
});

it("hands what is said of files and slides to those who listen", () => {
  const heard: string[] = [];
  const stop = pictures.listen(({ type }) => void heard.push(type));
  worker.say({ type: "stored", hash: "h" }, frame(1));
  stop();
  worker.say({ type: "stored", hash: "h" });
  expect(heard).toEqual(["stored"]);
});
