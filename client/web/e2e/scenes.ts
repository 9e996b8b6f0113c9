// The states in which the pictures of a page are looked at.

import type { Shown } from "../src/video/messages";
import type { Scene } from "./pretend";

const communes = [
  "Xã Chà Vàl",
  "Xã La Dêê",
  "Xã Đắc Pring",
  "Xã Tà Bhing",
  "Xã Cà Dy",
  "Xã Zuôih",
  "Xã La Êê",
  "Xã Chơ Chun",
  "Xã Đắc Pre",
  "Xã Đắc Tôi",
  "Thị trấn Thạnh Mỹ",
];

const plan = {
  starts: 1_780_000_000_000,
  minutes: 90,
  body: "UBND huyện Nam Giang",
  invited: communes.map((name, i) => [i + 1, name, 6]),
  agenda: communes.slice(0, 4).map((name, i) => [i + 1, `${name} báo cáo`, i + 1, 7]),
  mode: "moderated",
};

const seats = [
  [1, "Nguyễn Văn An", 0, 1, "c"],
  [2, "Bh'riu Thị Nem", 0, 5, "s"],
  ...communes.map((_, i) => [i + 3, "", 0, i === 8 ? 0 : i === 0 ? 1 : 3, "v", i + 1]),
];

const view = {
  n: 9,
  ms: 0,
  code: "abc-def-ghj",
  title: "Giao ban phòng chống bão số 9",
  plan,
  seats,
  opened: 1,
  item: 1,
  floor: { mode: "moderated", holder: "00000003", since: 100_000, limit: 420_000, item: 1 },
};

const seat = (number: number) => number.toString(16).padStart(8, "0");
const [chair, floor] = [1, 3];
const others = [1, 4, 6, 8, 9];
const cameras = (layer: number, small: number): Shown[] => [
  [floor, 0, layer],
  ...others.map((p): Shown => [p, 0, small]),
];
const six = [4, 90_000, 150, 2] as const;

/** A site's page while another reports. */
const listens: Scene = {
  view,
  you: seat(5),
  ms: 223_000,
  speaks: floor,
  large: [floor, 0, 6],
  of: cameras(6, 3),
  sending: [[...six]],
};

/** Nobody else is seen. */
const alone = { ...listens, large: undefined, of: [], camera: true, sending: [] };

/** A question to all. */
const asked = [
  {
    kind: "polled",
    seat: seat(chair),
    body: { id: "p", question: "Thống nhất kéo dài cuộc họp thêm 15 phút?" },
    after: 400,
  },
];

/** The chair's page. */
const leads: Scene & { camera: boolean } = {
  ...listens,
  you: seat(chair),
  of: cameras(5, 3).filter(([publication]) => publication !== chair),
  camera: true,
};

/** Before the opening: nobody else is seen yet. */
const early = { ...view, opened: 0, item: 0, floor: { mode: "moderated" } };

const slide = { deck: "d", title: "Phương án sơ tán.pdf", pages: 12, page: 3, lo: "lo" };

const free = {
  ...view,
  plan: undefined,
  floor: { mode: "free" },
  seats: seats.map(([id, name, p, flags], i) => [id, name || communes[i - 2], p, flags]),
};

/** The scenes, by name; with a camera of one's own where it is open. */
export const scenes: Record<
  string,
  Scene & { camera?: boolean; side?: "on" | "off"; press?: [vi: string, en: string][] }
> = {
  listens: { ...listens, camera: true },
  wide: { ...listens, camera: true, side: "off" },
  two: {
    ...listens,
    side: "off",
    of: [
      [floor, 0, 6],
      [chair, 0, 4],
    ],
    camera: true,
  },
  alone: { ...listens, of: [[floor, 0, 5]] },
  paused: {
    ...listens,
    held: [
      [floor, 0],
      [4, 0],
    ],
    loss: 0.2,
  },
  stills: { ...listens, of: cameras(2, 2), loss: 0.1, camera: true, sending: [] },
  none: { ...listens, large: undefined, of: [] },
  self: alone,
  screen: {
    ...listens,
    large: [chair, 1, 9],
    of: [
      [chair, 1, 9],
      [floor, 0, 4],
      [4, 0, 3],
    ],
    camera: true,
  },
  yours: {
    ...listens,
    you: seat(floor),
    large: [chair, 0, 5],
    of: [
      [chair, 0, 5],
      [4, 0, 3],
    ],
    camera: true,
  },
  free: { ...listens, view: free, camera: true },
  poll: { ...listens, camera: true, events: asked },
  selfpoll: { ...alone, events: asked },
  selfyours: { ...alone, you: seat(floor) },
  trouble: {
    ...listens,
    trouble: {
      code: "encoder",
      vi: "Máy này không mã hóa được hình. Hãy đóng bớt chương trình rồi bật lại camera; tiếng vẫn họp bình thường.",
      en: "This computer cannot encode pictures. Close some programs and switch the camera on again; the voice goes on.",
    },
  },
  slide: { ...listens, view: { ...view, slide: { ...slide, seat: seat(floor) } }, camera: true },
  presents: {
    ...listens,
    you: seat(floor),
    view: { ...view, slide: { ...slide, seat: seat(floor) } },
    large: [chair, 0, 5],
    of: [[chair, 0, 5]],
    camera: true,
  },
  report: {
    ...listens,
    camera: true,
    press: [
      ["Trình chiếu", "Present"],
      ["Ghi báo cáo trước", "Record a report"],
    ],
  },
  chair: leads,
  opens: { ...leads, view: early, speaks: undefined, large: undefined, of: [], sending: [] },
  bare: { ...leads, view: early, speaks: undefined, large: undefined, of: [], camera: false },
  leadspaused: { ...leads, held: [[floor, 0]], loss: 0.2 },
  leadsslide: { ...leads, view: { ...view, slide: { ...slide, seat: seat(floor) } } },
  chosen: { ...listens, side: "off", press: [["Xã La Dêê phóng to", "Xã La Dêê enlarge"]] },
  box: { ...listens, camera: true, press: [["Xem hình", "View"]] },
};
