// Where one is in the office, and how one goes elsewhere in it without loading anything. Links to other parts of the page load them.

import { signal } from "@preact/signals";

const read = () => ({ path: location.pathname.replace(/(.)\/+$/, "$1"), query: new URLSearchParams(location.search) });

/** The address now, without a slash at its end. */
export const place = signal(read());

let unsaved: (() => boolean) | undefined;

/** Goes to another address of the office; false if there is something unsaved that the person wants to keep. */
export function go(path: string): boolean {
  if (unsaved && !unsaved()) return false;
  unsaved = undefined;
  history.pushState(null, "", path);
  place.value = read();
  scrollTo(0, 0);
  return true;
}

/** Goes there when a plain click on a link asks for it; clicks that ask for another tab are the browser's. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const { pathname, search } = event.currentTarget as HTMLAnchorElement;
  event.preventDefault();
  go(pathname + search);
}

/** Asks before one goes elsewhere, as long as the question is set. */
export function guard(mayLeave: (() => boolean) | undefined): void {
  unsaved = mayLeave;
}

addEventListener("popstate", () => {
  place.value = read();
});
addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault(); // the browser asks, in its own words
});
