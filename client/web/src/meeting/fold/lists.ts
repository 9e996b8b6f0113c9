// Lists and tables that are never changed in place.

/** The list with a value at its end, if it has it not. */
export const add = <T>(list: readonly T[], value: T): readonly T[] => (list.includes(value) ? list : [...list, value]);

/** The list without a value. */
export const drop = <T>(list: readonly T[], value: T): T[] => list.filter((other) => other !== value);

/** The list in which the one with this id is changed. */
export const change = <T extends { id: string }>(list: readonly T[], id: string, to: (old: T) => T): T[] =>
  list.map((old) => (old.id === id ? to(old) : old));

/** The list in which this one takes the place of the one with its id, or is the last. */
export const put = <T extends { id: string }>(list: readonly T[], value: T): T[] =>
  list.some(({ id }) => id === value.id) ? change(list, value.id, (old) => ({ ...old, ...value })) : [...list, value];
