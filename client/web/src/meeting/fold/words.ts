import type { Said } from "../view";
import type { Fold, Folds } from "./fold";

const kept = 200; // of what was said

const said: Fold<{ to: Said["to"]; text: string }> = (view, { n, ms, seat }, { to = "all", text = "" }) => ({
  chat: [...view.chat, { n, ms, seat, name: view.seats.get(seat)?.name ?? "", to, text }].slice(-kept),
});

const noticed: Fold<{ id: string; text: string }> = (view, _, { id = "", text = "" }) => ({
  notices: [...view.notices.filter((notice) => notice.id !== id), { id, text }],
});

const unnoticed: Fold<{ id: string }> = (view, _, { id }) => ({
  notices: view.notices.filter((notice) => notice.id !== id),
});

const noted: Fold<{ text: string }> = (view, { n, ms }, { text = "" }) => ({ notes: [...view.notes, { n, ms, text }] });

/** What is written. */
export const words: Folds = { said, noticed, unnoticed, noted } as Folds;
