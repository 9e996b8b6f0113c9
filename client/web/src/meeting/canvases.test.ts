import { beforeEach, describe, expect, it } from "vitest";
import { type Canvas, Canvases, type Frame } from "./canvases";

class Paper implements Canvas {
  width = 300;
  height = 150;
  drawn: unknown[] = [];
  getContext() {
    return { drawImage: (what: unknown) => void this.drawn.push(what) };
  }
}

class Picture implements Frame {
  displayWidth = 640;
  displayHeight = 360;
  closed = 0;
  close(): void {
    this.closed++;
  }
}

const page = {
  hidden: false,
  waiting: [] as (() => void)[],
  said: [] as string[],
  later(draw: () => void): void {
    this.waiting.push(draw);
  },
  taken(key: string): void {
    this.said.push(key);
  },
  draw(): void {
    for (const draw of this.waiting.splice(0)) draw();
  },
};

let canvases: Canvases;

beforeEach(() => {
  Object.assign(page, { hidden: false, waiting: [], said: [] });
  canvases = new Canvases(page);
});

describe("Canvases", () => {
  it("draws the newest frame when the page draws, and closes all", () => {
    const paper = new Paper();
    const [first, second] = [new Picture(), new Picture()];
    canvases.show("1", paper);
    canvases.take("1", first);
    canvases.take("1", second);
    expect(page.waiting).toHaveLength(1);
    expect([first.closed, second.closed]).toEqual([1, 0]);
    page.draw();
    expect(paper.drawn).toEqual([second]);
    expect([paper.width, paper.height]).toEqual([640, 360]);
    expect([first.closed, second.closed]).toEqual([1, 1]);
    expect(page.said).toEqual(["1", "1"]); // the worker waits for that
  });

  it("draws at once where the page is hidden", () => {
    const paper = new Paper();
    const frame = new Picture();
    page.hidden = true;
    canvases.show("1", paper);
    canvases.take("1", frame);
    expect(page.waiting).toEqual([]);
    expect(paper.drawn).toEqual([frame]);
    expect(frame.closed).toBe(1);
  });

  it("closes what nobody sees", () => {
    const frame = new Picture();
    canvases.take("1", frame);
    page.draw();
    expect(frame.closed).toBe(1);
  });

  it("begins a new canvas with the last frame, also when the old one is gone", () => {
    const [small, large] = [new Paper(), new Paper()];
    const stop = canvases.show("1", small);
    canvases.take("1", new Picture());
    page.draw();
    stop();
    canvases.show("1", large);
    expect(large.drawn).toEqual([small]);
    expect(large.width).toBe(640);
    canvases.take("1", new Picture());
    page.draw();
    expect(small.drawn).toHaveLength(1);
    expect(large.drawn).toHaveLength(2);
  });

  it("keeps pictures apart, and forgets those that are gone", () => {
    const [one, two] = [new Paper(), new Paper()];
    const waiting = new Picture();
    canvases.show("1", one)();
    canvases.take("1", waiting);
    canvases.keep(new Set(["2"]));
    expect(waiting.closed).toBe(1);
    canvases.show("1", two);
    expect(two.drawn).toEqual([]);
  });
});
