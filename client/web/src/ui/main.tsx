import { effect } from "@preact/signals";
import { render } from "preact";
import { recall } from "../meeting/memory";
import { reclaim } from "../meeting/site";
import { App } from "./app";
import { route } from "./navigation";
import { lang, learnEnglish, spoken } from "./text";
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

if (lang.value === "en") await learnEnglish();

await reclaim();
const root = document.getElementById("app");
if (root) render(<App />, root);
