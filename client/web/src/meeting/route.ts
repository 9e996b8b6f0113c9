// What the page's address asks for.

import { readCode } from "./code";

/** The page's address, taken apart. `code` is set on a meeting's page; it is as written if it is no code, so that the relay can say so. */
export interface Route {
  code?: string;
  name: string;
  join: boolean;
  muted: boolean;
  lang?: "vi" | "en";
  key?: string;
  pass?: string; // of an invitation
  practice?: boolean; // exercises are shown beside the meeting
}

/** Reads `/`, `/m/CODE?name=…&join=1&muted=1&lang=en` and the fragments `#key=HOST-KEY` and `#p=PASS`. */
export function readRoute(url: URL): Route {
  const segment = /^\/m\/([^/]+)/.exec(url.pathname)?.[1];
  const query = url.searchParams;
  const lang = query.get("lang");
  const secrets = new URLSearchParams(url.hash.slice(1));
  return {
    code: segment === undefined ? undefined : canonical(segment),
    name: cleanName(query.get("name") ?? ""),
    join: query.get("join") === "1",
    muted: query.get("muted") === "1",
    lang: lang === "vi" || lang === "en" ? lang : undefined,
    key: secrets.get("key") ?? undefined,
    pass: secrets.get("p") ?? undefined,
    practice: query.has("practice") || undefined,
  };
}

function canonical(segment: string): string {
  const read = readCode(segment);
  return "code" in read ? read.code : segment;
}

/** The longest name of a participant, in characters (code points). */
export const maxName = 64;

/** A name as it is sent: no white space around it or doubled in it, no control characters. */
export function cleanName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
}

/** Why a name cannot be used, or undefined. */
export function nameProblem(name: string): "empty" | "long" | undefined {
  const length = [...cleanName(name)].length;
  if (length === 0) return "empty";
  return length > maxName ? "long" : undefined;
}
