import { change, type Fold, type Folds } from "./fold";

const concluded: Fold<{ id: string; text: string; units: number[]; due: string }> = (view, _, body) => {
  const { id = "", text = "", units = [], due } = body;
  return { conclusions: [...view.conclusions, { id, text, units, due, acknowledged: [], progress: {} }] };
};

const acknowledged: Fold<{ id: string; invited: number }> = (view, _, { id, invited = 0 }) => ({
  conclusions: change(view.conclusions, id, (old) => ({
    ...old,
    acknowledged: [...old.acknowledged.filter((n) => n !== invited), invited],
  })),
});

const progressed: Fold<{ id: string; invited: number; text: string; done: boolean }> = (view, _, body) => {
  const { id, invited = 0, text = "", done } = body;
  return {
    conclusions: change(view.conclusions, id, (old) => ({
      ...old,
      progress: { ...old.progress, [invited]: { text, done } },
    })),
  };
};

const rang: Fold<{ invited: number[]; text: string }> = (view, { ms }, { invited = [], text }) => ({
  rings: [...view.rings, { ms, text, invited, answered: [] }],
});

/** Whoever answers, answers all rings so far. */
const answered: Fold<{ invited: number }> = (view, _, { invited = 0 }) => ({
  rings: view.rings.map((ring) =>
    ring.invited.includes(invited) && !ring.answered.includes(invited)
      ? { ...ring, answered: [...ring.answered, invited] }
      : ring,
  ),
});

/** What was decided, and who was called for it. */
export const conclusions: Folds = {
  concluded,
  acknowledged,
  progressed,
  rang,
  answered,
  finalised: () => ({ final: true }),
} as Folds;
