import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Kept, loadPass } from "../meeting/pass";
import { route } from "./navigation";
import { idle, start } from "./parts";
import { RoomPage } from "./room";
import { text } from "./text";

const own = signal<Kept | "none" | undefined>(undefined); // whose computer this is; undefined: not known yet

/** The whole page: a meeting, or what is between meetings. */
export function App() {
  const { code } = route.value;
  const name = text.value.appName;
  useEffect(() => {
    if (code === undefined) document.title = name;
  }, [code, name]);
  return code === undefined ? <Between /> : <RoomPage key={code} />;
}

/** The page of a site whose computer this is, or the start page. */
function Between() {
  const kept = own.value;
  useEffect(() => {
    if (kept === undefined) void loadPass().then((found) => (own.value = found ?? "none"));
    else (kept === "none" ? start : idle).want();
  }, [kept]);
  if (kept === undefined) return null;
  if (kept !== "none") {
    const Idle = idle.here.value?.Idle;
    return Idle ? <Idle own={kept} onOther={() => (own.value = "none")} /> : null;
  }
  const Start = start.here.value?.Start;
  return Start ? <Start /> : null;
}
