import { useEffect } from "preact/hooks";
import { route } from "./navigation";
import { start } from "./parts";
import { RoomPage } from "./room";
import { text } from "./text";

/** The whole page: the start, or a meeting. */
export function App() {
  const { code } = route.value;
  const name = text.value.appName;
  useEffect(() => {
    if (code === undefined) document.title = name;
  }, [code, name]);
  if (code !== undefined) return <RoomPage key={code} />;
  start.want();
  const Start = start.here.value?.Start;
  return Start ? <Start /> : null;
}
