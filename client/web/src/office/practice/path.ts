/** Where the exercises are shown beside the meeting that a link leads to; only its path counts, not its host. Pure. */
export function practicePath(link: string, base: string): string {
  const { pathname, searchParams, hash } = new URL(link, base);
  searchParams.set("practice", "1");
  return `${pathname}?${searchParams}${hash}`;
}
