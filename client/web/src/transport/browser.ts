// The world of a Keeper in a browser's worker.

import type { World } from "./dialler";
import { probe } from "./probe";
import { dialWebTransport } from "./session";
import { dialWebSocket } from "./websocket";

/** The network's changes as Chromium tells them; others have only the event online. */
type Connection = Pick<EventTarget, "addEventListener" | "removeEventListener">;

/** What the browser at hand can do. */
export const browser: World = {
  webtransport: "WebTransport" in globalThis ? dialWebTransport : undefined,
  websocket: dialWebSocket,
  probe,
  changes(changed) {
    const { connection } = navigator as { connection?: Connection };
    self.addEventListener("online", changed);
    connection?.addEventListener("change", changed);
    return () => {
      self.removeEventListener("online", changed);
      connection?.removeEventListener("change", changed);
    };
  },
};
