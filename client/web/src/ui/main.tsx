import { effect } from "@preact/signals";
import { render } from "preact";
import { recall } from "../meeting/memory";
import { reclaim } from "../meeting/site";
import { App } from "./app";
import { route } from "./navigation";
import { lang, later, learnEnglish, spoken } from "./text";
import "./base.css";
import "./forms.css";
import "./start.css";
import "./call.css";
import "./line.css";
import "./seats.css";
import "./controls.css";

const kept = recall("lang");
lang.value = route.value.lang ?? (kept === "en" ? "en" : "vi");
effect(() => {
  document.documentElement.lang = spoken.value;
});
effect(() => {
  if (lang.value === "en") void learnEnglish();
});

const office = /^\/(setup|login|enrol|office|invite|practice)(\/|$)/;

/** Draws the page. A function, not the file itself: what a file waits for, all that imports from it waits for, and the office would have to be cut out of it. */
async function begin(root: HTMLElement): Promise<void> {
  const secret = location.hash.slice(1);
  const elsewhere = office.test(location.pathname);
  // Before anything else can see or keep it.
  if (elsewhere && secret) history.replaceState(null, "", location.pathname + location.search);
  if (lang.value === "en") await learnEnglish();
  if (elsewhere) return later(async () => (await import("../office/main")).open(root, secret)); // nobody in a meeting loads it
  await reclaim();
  render(<App />, root);
}

void begin(document.getElementById("app") as HTMLElement);
