// Testing microphone, loudspeaker and line, before there is a meeting.

import { useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Relay } from "../../meeting/messages";
import { Room } from "../../meeting/room";
import { LoudspeakerCheck, MicrophoneCheck } from "../../ui/devices";
import { BarsIcon } from "../../ui/icons";
import { browser, type LineResult, testLine } from "./line";
import { words } from "./words";

/** The three tests. Relays of a meeting, or of the server; none: the line is not tested. */
export function DeviceTests({ code, relays }: { code: string; relays?: Relay[] }) {
  const t = words.value;
  const open = useSignal(false);
  const able = "AudioWorkletNode" in globalThis && isSecureContext;
  return (
    <section class="card" aria-labelledby="test-title">
      <h2 id="test-title">{t.testTitle}</h2>
      <p class="lead">{t.testLead}</p>
      {!able && <p class="calm">{t.oldBrowser}</p>}
      {able && !open.value && (
        <button class="button" type="button" onClick={() => (open.value = true)}>
          {t.testMic}
        </button>
      )}
      {open.value && <SoundTests code={code} />}
      {relays && <LineTest relays={relays} />}
    </section>
  );
}

/** The tests of the lobby, with a room that is never entered. */
function SoundTests({ code }: { code: string }) {
  const [room] = useState(() => new Room({ code, name: "", join: false, muted: true }));
  useEffect(() => {
    void room.openMicrophone().catch(() => undefined); // what is wrong is in the room's state
    return () => room.close();
  }, [room]);
  return (
    <div class="columns">
      <MicrophoneCheck room={room} />
      <LoudspeakerCheck room={room} />
    </div>
  );
}

function LineTest({ relays }: { relays: Relay[] }) {
  const t = words.value;
  const result = useSignal<LineResult | "untried" | "testing">("untried");
  const test = async () => {
    if (result.value === "testing") return;
    result.value = "testing";
    result.value = await testLine("WebTransport" in globalThis ? relays : [], browser);
  };
  const now = result.value;
  return (
    <section class="device" aria-labelledby="line-title">
      <h2 id="line-title">
        <BarsIcon bars={typeof now === "object" ? bars(now) : 0} />
        {t.line}
      </h2>
      <button class="button" type="button" aria-disabled={now === "testing"} onClick={() => void test()}>
        {typeof now === "object" ? t.again : t.lineTest}
      </button>
      <p class={typeof now === "object" && now.way === "direct" && !now.slow ? "good" : "hint"} role="status">
        {now === "testing" ? t.lineTesting : now === "untried" ? "" : sentence(now)}
      </p>
    </section>
  );
}

function bars(result: LineResult): number {
  if (result.way === "none") return 0;
  if (result.way === "backup") return 1;
  return result.slow ? 2 : 3;
}

function sentence(result: LineResult): string {
  const t = words.value;
  switch (result.way) {
    case "direct":
      return result.slow ? t.lineSlow(t.ms(result.ms)) : t.lineGood(t.ms(result.ms));
    case "backup":
      return t.lineBackup;
    case "none":
      return t.lineGone;
  }
}
