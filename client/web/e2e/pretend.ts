// A meeting without a relay: workers that pretend, so that a page can be seen in any state. What the real ones do is not tested with them.

import type { Page } from "playwright-core";
import type { FromWorker, ToWorker, WireView } from "../src/meeting/messages";
import type { FromVideo, LayerPlan, Shown, ToVideo } from "../src/video/messages";

/** What a page is to believe. */
export interface Scene {
  view: WireView;
  you: string; // seat
  ms: number; // since the meeting began
  speaks?: number; // publication
  large?: Shown;
  of: Shown[];
  held?: [publication: number, source: number][]; // pictures that are paused
  sending?: LayerPlan[];
  trouble?: { code: string; vi: string; en: string };
  events?: { kind: string; seat?: string; body?: object; after: number }[]; // ms after the welcome
  loss?: number; // of the line, 0..1
}

/** Gives a page that is still empty workers of that kind. The meeting's code is to be abc-def-ghj. */
export async function pretend(page: Page, scene: Scene): Promise<void> {
  await page.addInitScript(stage, scene);
}

/** Runs in the page before its own scripts. */
function stage(scene: Scene): void {
  localStorage.setItem("diemcau.relays", JSON.stringify([{ url: `${location.origin}/wt`, hashes: [] }]));
  const Plain = Worker;

  abstract class Pretender<In, Out> extends EventTarget {
    onmessage: ((event: MessageEvent<Out>) => void) | null = null;
    onerror = null;
    timers: ReturnType<typeof setInterval>[] = [];
    say(data: Out): void {
      this.onmessage?.(new MessageEvent("message", { data }));
    }
    every(ms: number, act: () => void): void {
      this.timers.push(setInterval(act, ms));
    }
    terminate(): void {
      for (const timer of this.timers) clearInterval(timer);
    }
    abstract postMessage(message: In): void;
  }

  class Media extends Pretender<ToWorker, FromWorker> {
    postMessage(message: ToWorker): void {
      if (message.type === "join") setTimeout(() => this.welcome(), 50);
    }
    welcome(): void {
      const { view, you, ms, speaks, loss = 0 } = scene;
      this.say({
        type: "welcome",
        you,
        publication: 1,
        token: "t",
        title: `${view.title}`,
        code: "",
        ms,
        view,
        events: [],
      });
      for (const { after, ...event } of scene.events ?? [])
        setTimeout(
          () => this.say({ type: "event", n: Number(view.n) + 1, ms: ms + after, ...event } as FromWorker),
          after,
        );
      if (speaks !== undefined)
        this.every(100, () => this.say({ type: "levels", levels: [[speaks, -24 + 6 * Math.random()]] }));
      this.every(1000, () => this.say({ type: "line", line: line(loss) }));
    }
  }

  const line = (loss: number) =>
    ({
      rtt: loss ? 320 : 40,
      delay: 120,
      lossDown: loss,
      lossUp: 0,
      recoveredDown: 0.95,
      recoveredUp: 1,
      kbpsDown: 300,
      kbpsUp: 120,
    }) as Extract<FromWorker, { type: "line" }>["line"];

  class Video extends Pretender<ToVideo, FromVideo> {
    begun = false;
    of: Shown[] = [];
    postMessage(message: ToVideo): void {
      if (message.type === "camera") void message.frames.cancel();
      if (message.type !== "watch") return;
      const { large } = scene;
      let few = 1 + (message.small ?? 5);
      const of = scene.of.map(([p, s, layer]): Shown => [p, s, layer > 0 && few-- > 0 ? layer : 0]);
      this.of = of;
      const chosen = of.find(([publication]) => publication === message.large);
      const none = message.mode !== "all";
      setTimeout(() => {
        this.say({
          type: "pictures",
          large: none ? undefined : (chosen ?? large),
          of: none ? of.map(([p, s]) => [p, s, 0]) : of,
          room: 400,
        });
        if (!this.begun) this.begin();
      }, 20);
    }
    async slide(): Promise<void> {
      const { slide } = scene.view as { slide?: { lo: string; seat: string } };
      if (!slide) return;
      const bytes = await sheet();
      const file = { type: "blob", hash: slide.lo, kind: "slide", bytes } as const;
      const point = { type: "pointer", seat: slide.seat, x: 5400, y: 4700 } as const;
      this.every(500, () => this.say(file)); // slides come later than pictures
      this.every(1000, () => this.say({ type: "told", message: point }));
    }
    begin(): void {
      this.begun = true;
      const { held = [], sending, trouble } = scene;
      const still = (p: number, s: number) => held.some(([publication, source]) => publication === p && source === s);
      let n = 0;
      const draw = (all: boolean) => {
        for (const [publication, source, layer] of this.of)
          if (layer > 0 && (all || !still(publication, source)))
            this.say({
              type: "frame",
              publication,
              source: source === 1 ? "screen" : "camera",
              frame: source === 1 ? desk(n) : face(publication, n),
              layer,
            });
        n++;
      };
      draw(true);
      this.every(200, () => draw(false));
      for (const [publication, source] of held)
        this.say({ type: "paused", publication, source: source === 1 ? "screen" : "camera", paused: true });
      this.say({ type: "sending", layers: sending ?? [], behind: false });
      void this.slide();
      if (trouble) setTimeout(() => this.say({ type: "trouble", ...trouble }), 300);
    }
  }

  /** Somebody at a table. */
  function face(publication: number, n: number): VideoFrame {
    const canvas = new OffscreenCanvas(640, 360);
    const draw = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    const hue = (publication * 67) % 360;
    const wall = draw.createLinearGradient(0, 0, 640, 360);
    wall.addColorStop(0, `hsl(${hue} 25% 62%)`);
    wall.addColorStop(1, `hsl(${hue + 40} 30% 34%)`);
    draw.fillStyle = wall;
    draw.fillRect(0, 0, 640, 360);
    draw.fillStyle = `hsl(${hue + 180} 30% 25%)`;
    draw.beginPath();
    draw.ellipse(320, 370, 170, 150, 0, 0, 7);
    draw.fill();
    draw.fillStyle = "#c79a76";
    draw.beginPath();
    draw.ellipse(320 + 4 * Math.sin(n / 3), 170, 68, 88, 0, 0, 7);
    draw.fill();
    draw.fillStyle = "#2a1c14";
    draw.beginPath();
    draw.ellipse(320 + 4 * Math.sin(n / 3), 110, 72, 44, 0, Math.PI, 0);
    draw.fill();
    draw.fillStyle = "#7a4a23";
    draw.fillRect(0, 318, 640, 42);
    return new VideoFrame(canvas, { timestamp: n * 200_000 });
  }

  /** A screen with a table of numbers. */
  function desk(n: number): VideoFrame {
    const canvas = new OffscreenCanvas(1280, 720);
    const draw = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    draw.fillStyle = "#fff";
    draw.fillRect(0, 0, 1280, 720);
    draw.fillStyle = "#14633a";
    draw.fillRect(0, 0, 1280, 64);
    draw.fillStyle = "#fff";
    draw.font = "600 30px sans-serif";
    draw.fillText("Tiến độ sơ tán dân, 14 giờ", 32, 43);
    draw.fillStyle = "#222";
    draw.font = "26px sans-serif";
    ["Xã", "Số hộ", "Đã sơ tán", "Còn lại"].forEach((word, i) => {
      draw.fillText(word, 60 + 300 * i, 120);
    });
    for (let row = 0; row < 9; row++)
      ["Chà Vàl", 212 + row, 190 - 7 * row, 22 + 8 * row].forEach((word, i) => {
        draw.fillText(`${word}`, 60 + 300 * i, 176 + 58 * row);
      });
    return new VideoFrame(canvas, { timestamp: n * 200_000 });
  }

  /** A page of slides. */
  async function sheet(): Promise<ArrayBuffer> {
    const canvas = new OffscreenCanvas(1280, 720);
    const draw = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    draw.fillStyle = "#fff";
    draw.fillRect(0, 0, 1280, 720);
    draw.fillStyle = "#7a1612";
    draw.fillRect(0, 0, 1280, 110);
    draw.fillStyle = "#fff";
    draw.font = "600 48px sans-serif";
    draw.fillText("Phương án sơ tán trước 17 giờ", 60, 72);
    draw.fillStyle = "#222";
    draw.font = "40px sans-serif";
    [
      "212 hộ ven sông về trường tiểu học",
      "38 hộ chân taluy về nhà văn hóa thôn",
      "Gạo, nước uống: đủ cho 3 ngày",
      "Xe của xã đội: 4 chiếc, chạy 2 vòng",
      "Còn thiếu: 2 máy phát điện, dầu",
    ].forEach((words, i) => {
      draw.fillText(`•  ${words}`, 90, 210 + 96 * i);
    });
    return (await canvas.convertToBlob({ type: "image/webp" })).arrayBuffer();
  }

  globalThis.Worker = function pretended(url: string | URL, options?: WorkerOptions) {
    if (options?.name === "media") return new Media();
    if (options?.name === "video") return new Video();
    return new Plain(url, options);
  } as unknown as typeof Worker;
}
