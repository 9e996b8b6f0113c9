import { expect, it } from "vitest";
import { Notices } from "./notices";

it("gathers for three seconds", () => {
  const notices = new Notices();
  expect(notices.take(0)).toBeUndefined();
  notices.joined("Xã Na", 100);
  notices.left("Xã Mường", 200);
  notices.joined("Xã Lượng", 2900);
  expect(notices.take(3000)).toBeUndefined();
  expect(notices.take(3100)).toEqual({ joined: ["Xã Na", "Xã Lượng"], left: ["Xã Mường"] });
  expect(notices.take(9000)).toBeUndefined();
});

it("does not announce who came and went", () => {
  const notices = new Notices();
  notices.joined("Xã Na", 0);
  notices.left("Xã Na", 1000);
  expect(notices.take(3000)).toBeUndefined();
  notices.left("Xã Mường", 5000);
  expect(notices.take(8000)).toEqual({ joined: [], left: ["Xã Mường"] });
});

it("finds out who came and went, but does not announce oneself", () => {
  const notices = new Notices();
  const seats = (...names: string[]) => new Map(names.map((name) => [name, { id: name, name }]));
  notices.follow(seats("Huyện"), seats("Xã Na", "Xã Mường"), "Xã Na", 0);
  expect(notices.take(3000)).toEqual({ joined: ["Xã Mường"], left: ["Huyện"] });
});
