import { signal } from "@preact/signals";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { emptyView, type Slide } from "../../meeting/view";
import type { FromVideo, ToVideo } from "../../video/messages";
import { troubleOf } from "./files";
import { Stage } from "./stage";

const view = signal(emptyView);
const you = signal<string | undefined>("me");
let say: (message: FromVideo) => void;
let told: ToVideo[];
let stage: Stage;

const slide = (page: number, more: Partial<Slide> = {}): Slide => ({
  deck: "1",
  seat: "other",
  title: "Báo cáo",
  pages: 3,
  page,
  lo: `lo${page}`,
  ...more,
});

const show = (now: Slide | undefined) => {
  view.value = { ...view.value, slide: now };
};
const comes = (hash: string) =>
  say({ type: "blob", hash, kind: "slide", bytes: new TextEncoder().encode(hash).buffer });

/** What is seen, as its decoder was given it. */
const seen = () => (stage.sight.value?.bitmap as unknown as { hash: string } | undefined)?.hash;

beforeEach(() => {
  view.value = emptyView;
  told = [];
  const pictures = {
    listen: (take: typeof say) => {
      say = take;
      return () => true;
    },
    tell: (message: ToVideo) => {
      told.push(message);
    },
  };
  const decode = async (bytes: ArrayBuffer) => {
    const hash = new TextDecoder().decode(bytes);
    if (hash.includes("bad")) throw new Error("bad");
    return { hash } as unknown as ImageBitmap;
  };
  stage = new Stage({ view, you }, pictures, decode);
});

describe("a page", () => {
  test("is seen in few bytes at once, and in full when that is there", async () => {
    show(slide(1));
    comes("lo1");
    await vi.waitFor(() => expect(seen()).toBe("lo1"));
    show(slide(1, { hi: "hi1" }));
    comes("hi1");
    await vi.waitFor(() => expect(seen()).toBe("hi1"));
    comes("lo1");
    await Promise.resolve();
    expect(seen()).toBe("hi1");
  });

  test("stays until something of the next one is there, which then is what came before", async () => {
    comes("lo1");
    comes("lo3");
    comes("hi3");
    show(slide(1));
    await vi.waitFor(() => expect(seen()).toBe("lo1"));
    show(slide(2));
    await vi.waitFor(() => expect(stage.current.value).toBe(false));
    expect(seen()).toBe("lo1");
    show(slide(3, { hi: "hi3" }));
    await vi.waitFor(() => expect(seen()).toBe("hi3"));
    expect(stage.current.value).toBe(true);
    show(undefined);
    expect(stage.sight.value).toBeUndefined();
  });

  test("that is damaged shows what else there is", async () => {
    comes("bad");
    comes("lo1");
    show(slide(1, { hi: "bad" }));
    await vi.waitFor(() => expect(seen()).toBe("lo1"));
  });
});

describe("the pointer", () => {
  test("is where its presenter points, and nobody else", async () => {
    show(slide(1));
    say({ type: "told", message: { type: "pointer", seat: "third", x: 1, y: 1 } });
    expect(stage.spot.value).toBeUndefined();
    say({ type: "told", message: { type: "pointer", seat: "other", x: 2500, y: 10_000 } });
    expect(stage.spot.value).toEqual({ x: 0.25, y: 1 });
    say({ type: "told", message: { type: "pointer", seat: "other" } });
    expect(stage.spot.value).toBeUndefined();
  });

  test("is told ten times a second, its end always", () => {
    stage.point({ x: 0.1, y: 0.1 }, 0);
    expect(told).toEqual([]); // does not present
    show(slide(1, { seat: "me" }));
    for (let ms = 1000; ms < 2000; ms += 10) stage.point({ x: 0.5, y: ms / 10_000 }, ms);
    expect(told.length).toBe(10);
    stage.point(undefined, 2000);
    expect(told.at(-1)).toEqual({ type: "tell", message: { type: "point" } });
  });
});

describe("a file that cannot be shown", () => {
  const file = (name: string, text: string, size?: number) => {
    const made = new File([text], name);
    return size ? { name, size, slice: made.slice.bind(made) } : made;
  };
  test.each([
    ["a.pdf", "%PDF-1.7 x", undefined, undefined],
    ["a", "\n\n%PDF-1.4", undefined, undefined],
    ["a.pptx", "PK\u0003\u0004", undefined, /Office/],
    ["a.bin", "PK\u0003\u0004", undefined, /Office/],
    ["a.doc", "?", undefined, /Office/],
    ["a.pdf", "<html>", undefined, /không phải PDF/],
    ["a.pdf", "", undefined, /không phải PDF/],
    ["a.pdf", "%PDF-", 200 << 20, /200 MB/],
  ])("%s that begins %j", async (name, text, size, want) => {
    const got = await troubleOf(file(name, text, size));
    if (want) expect(got).toMatch(want);
    else expect(got).toBeUndefined();
  });
});
