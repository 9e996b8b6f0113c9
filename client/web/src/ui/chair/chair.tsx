export function Console(_: object) {
  return null;
}
