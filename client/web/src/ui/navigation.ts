// Where the page is, and how it goes elsewhere without loading anything.

import { signal } from "@preact/signals";
import { type Route, readRoute } from "../meeting/route";

/** What the address asks for now. */
export const route = signal<Route>(read());

/** Goes to another address of the page. */
export function go(path: string): void {
  history.pushState(null, "", path);
  route.value = read();
}

/** Goes there when a plain click on a link asks for it; clicks that ask for another tab are the browser's. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  const { pathname, search } = event.currentTarget as HTMLAnchorElement;
  go(pathname + search);
}

/** Reads the address, and takes a secret out of it before anything else can see or keep it. */
function read(): Route {
  const found = readRoute(new URL(location.href));
  if (found.key !== undefined || found.pass !== undefined)
    history.replaceState(null, "", location.pathname + location.search);
  return found;
}

for (const event of ["popstate", "hashchange"]) {
  addEventListener(event, () => {
    route.value = read();
  });
}
