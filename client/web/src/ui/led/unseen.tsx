import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { type Notice, Notices } from "../../meeting/notices";
import { keyOf, useKeys } from "../keys";
import { toggleHand } from "./hand";
import { ledText } from "./text";

const lookEvery = 500; // ms

/** What a led meeting does without being seen: keys, and words for those who cannot see. */
export function Unseen({ call }: { call: Call }) {
  useKeys((event, within) => {
    if (keyOf(event, within) !== "h" || within("dialog")) return false;
    toggleHand(call);
    return true;
  });
  return <Announcer call={call} />;
}

/** Says who came and went to those who cannot see it. */
function Announcer({ call }: { call: Call }) {
  const t = ledText.value;
  const said = useSignal<Notice | undefined>(undefined);
  const notices = useRef(new Notices());
  const before = useRef(call.seats.value);
  const seats = call.seats.value;
  useEffect(() => {
    notices.current.follow(before.current, seats, call.you.value, performance.now());
    before.current = seats;
  }, [call, seats]);
  useEffect(() => {
    const timer = setInterval(() => {
      const notice = notices.current.take(performance.now());
      if (notice) said.value = notice;
    }, lookEvery);
    return () => clearInterval(timer);
  }, [said]);
  const { joined = [], left = [] } = said.value ?? {};
  return (
    <p class="unseen" aria-live="polite">
      {[joined.length > 0 && t.joined(joined), left.length > 0 && t.gone(left)].filter(Boolean).join(" ")}
    </p>
  );
}
