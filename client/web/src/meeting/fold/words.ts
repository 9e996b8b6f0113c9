import type { Said } from "../view";
import type { Fold, Folds } from "./folds";
import { add, change, put } from "./lists";

const kept = 200; // of what was said and noted; the log has it all

const said: Fold<{ to: Said["to"]; text: string }> = ({ chat, seats }, { n, ms, seat }, { to, text }) => ({
  chat: [...chat, { n, ms, seat, name: seats.get(seat)?.name ?? "", to, text }].slice(-kept),
});

const noted: Fold<{ text: string }> = ({ notes }, { n, ms }, { text }) => ({
  notes: [...notes, { n, ms, text }].slice(-kept),
});

const noticed: Fold<{ id: string; text: string }> = ({ notices }, _, notice) => ({ notices: put(notices, notice) });

const unnoticed: Fold<{ id: string }> = ({ notices }, _, { id }) => ({
  notices: notices.filter((notice) => notice.id !== id),
});

const concluded: Fold<{ id: string; text: string; units?: number[]; due?: string }> = (view, _, body) => {
  const old = view.conclusions.find(({ id }) => id === body.id);
  const { acknowledged = [], progress = {} } = old ?? {};
  const { id, text, units = [], due } = body;
  return { conclusions: put(view.conclusions, { id, text, units, due, acknowledged, progress }) };
};

const acknowledged: Fold<{ id: string; invited: number }> = ({ conclusions }, _, { id, invited }) => ({
  conclusions: change(conclusions, id, (old) => ({ ...old, acknowledged: add(old.acknowledged, invited) })),
});

const progressed: Fold<{ id: string; invited: number; text: string; done?: boolean }> = (view, _, body) => {
  const { id, invited, text, done = false } = body;
  const progress = { [invited]: { text, done } };
  return {
    conclusions: change(view.conclusions, id, (old) => ({ ...old, progress: { ...old.progress, ...progress } })),
  };
};

/** What is written. */
export const words: Folds = { said, noted, noticed, unnoticed, concluded, acknowledged, progressed };
