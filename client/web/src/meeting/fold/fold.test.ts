import { describe, expect, test } from "vitest";
import vectors from "../../../../../relay/meeting/testdata/views.json";
import type { MeetingEvent, WireView } from "../messages";
import { emptyView, type View } from "../view";
import { fold } from "./fold";
import { readView } from "./read";

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
    let view = start ? readView(start) : emptyView;
    for (const { event, view: wanted } of steps) {
      // Without an event the relay gives the view anew: one's rights are others now.
      if (event) view = fold(view, event);
      else if (wanted) view = readView(wanted);
      if (event?.seat === seat && !view.seats.has(seat)) return; // one's own seat is gone, and the session with it
      if (wanted) expect(comparable(view), JSON.stringify(event)).toEqual(comparable(readView(wanted)));
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
