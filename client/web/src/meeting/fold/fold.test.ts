import { describe, expect, test } from "vitest";
import vectors from "../../../../../relay/meeting/testdata/views.json";
import type { MeetingEvent, WireView } from "../messages";
import { maySpeak } from "../rights";
import { emptyView, type View } from "../view";
import { whole } from "./fold";
import { light } from "./light";

const { fold, read } = whole;

type Vector = { name: string; seat: string; start?: WireView; steps: { event?: MeetingEvent; view?: WireView }[] };

/** Without what is not told, and with lists in one order where the order means nothing. */
function comparable(view: View) {
  const { seats, conclusions, ...rest } = view;
  return {
    ...rest,
    seats: Object.fromEntries([...seats].map(([id, { publication, ...seat }]) => [id, { ...seat, publication }])),
    conclusions: conclusions.map((c) => ({ ...c, acknowledged: [...c.acknowledged].sort((a, b) => a - b) })),
  };
}

describe.each(vectors as unknown as Vector[])("$name", ({ seat, start, steps }) => {
  test("folds as the relay does", () => {
    let view = start ? read(start) : emptyView;
    for (const { event, view: wanted } of steps) {
      // Without an event the relay gives the view anew: one's rights are others now.
      if (event) view = fold(view, event);
      else if (wanted) view = read(wanted);
      if (event?.seat === seat && !view.seats.has(seat)) return; // one's own seat is gone, and the session with it
      if (wanted) expect(comparable(view), JSON.stringify(event)).toEqual(comparable(read(wanted)));
    }
  });
});

/** What both kinds of folding know. */
const common = (view: View) => {
  const seats = [...view.seats].map(([id, { role, invited, ...seat }]) => [
    id,
    { ...seat, may: maySpeak(view, view.seats.get(id)) },
  ]);
  const { mode, holder } = view.floor;
  return { n: view.n, seats: Object.fromEntries(seats), mode, holder };
};

describe.each(vectors as unknown as Vector[])("$name", ({ start, steps }) => {
  test("who is here and who may speak is known before the rest", () => {
    let [little, all] = start ? [light.read(start), read(start)] : [emptyView, emptyView];
    for (const { event, view } of steps) {
      if (!event && view) [little, all] = [light.read(view), read(view)];
      if (event) [little, all] = [light.fold(little, event), fold(all, event)];
      expect(common(little), JSON.stringify(event)).toEqual(common(all));
    }
  });
});

test("what is known already changes nothing, and what is not known only the number", () => {
  const view = { ...emptyView, n: 7 };
  expect(fold(view, { n: 7, ms: 0, kind: "closed" })).toBe(view);
  expect(fold(view, { n: 8, ms: 0, kind: "tickled", body: { by: "nobody" } })).toEqual({ ...view, n: 8 });
});

test("what happens in the building has no number", () => {
  const body = { name: "Nhà bên", publication: 5 };
  const view = fold({ ...emptyView, n: 7 }, { ms: 0, kind: "joined", seat: "00000005", body });
  expect(view.n).toBe(7);
  expect(view.seats.get("00000005")).toMatchObject({ name: "Nhà bên", here: true, publication: 5 });
});
