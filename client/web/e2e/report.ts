// Where the figures of a lab go in the reports under docs.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./paths";

/** Puts the figures in the place of those between the marks of a report. */
export function intoDocs(name: string, figures: string): void {
  const page = join(repository, "docs", name);
  const [begin, end] = ["<!-- figures -->\n", "<!-- end -->"];
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from >= 0 && to >= 0) writeFileSync(page, text.slice(0, from + begin.length) + figures + text.slice(to));
}
