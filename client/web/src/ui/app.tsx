import { useEffect } from "preact/hooks";
import { route } from "./navigation";
import { RoomPage } from "./room";
import { Start } from "./start";
import { text } from "./text";

/** The whole page: the start, or a meeting. */
export function App() {
  const { code } = route.value;
  const name = text.value.appName;
  useEffect(() => {
    if (code === undefined) document.title = name;
  }, [code, name]);
  return code === undefined ? <Start /> : <RoomPage key={code} />;
}
