import { effect } from "@preact/signals";
import { render } from "preact";
import { recall } from "../meeting/memory";
import { reclaim } from "../meeting/site";
import { App } from "./app";
import { route } from "./navigation";
import { lang } from "./text";
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
  document.documentElement.lang = lang.value;
});

await reclaim();
const root = document.getElementById("app");
if (root) render(<App />, root);
