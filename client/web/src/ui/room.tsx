import { useEffect, useState } from "preact/hooks";
import type { Sentence } from "../meeting/messages";
import { isFinal, Room, type Trouble } from "../meeting/room";
import { rise } from "../meeting/site";
import { CallPage } from "./call";
import { Dialog } from "./dialog";
import { EnterIcon, SpeakerIcon } from "./icons";
import { follow, route } from "./navigation";
import { lobby } from "./parts";
import { Shell, useArrival } from "./shell";
import { lang, text } from "./text";

/** The page of a meeting, whatever stage the person is at. */
export function RoomPage() {
  const [room] = useState(() => new Room(route.value));
  useEffect(() => {
    void room.find();
    addEventListener("pagehide", rise); // a reload has its seat from this tab
    return () => {
      removeEventListener("pagehide", rise);
      room.close();
    };
  }, [room]);
  useEffect(() => {
    // Any click or key will do for the browser, not only the one on the large button.
    const resume = () => {
      if (room.sound.value.needsGesture) void room.audio.resume();
    };
    for (const event of ["click", "keydown"]) addEventListener(event, resume);
    return () => {
      for (const event of ["click", "keydown"]) removeEventListener(event, resume);
    };
  }, [room]);
  return <StageView room={room} />;
}

function StageView({ room }: { room: Room }) {
  const t = text.value;
  const stage = room.stage.value;
  const Lobby = lobby.here.value?.Lobby;
  const comes = stage.at === "finding" || (stage.at === "lobby" && !Lobby);
  useArrival(comes ? "finding" : stage.at);
  useEffect(() => {
    if (!room.straightIn) lobby.want(); // beside the meeting, not after it
  }, [room, stage]);
  if (comes) {
    return (
      <Shell>
        <p class="waiting" role="status">
          {t.finding}
        </p>
      </Shell>
    );
  }
  switch (stage.at) {
    case "trouble":
      return <TroublePage room={room} trouble={stage.trouble} />;
    case "lobby":
      return Lobby && <Lobby room={room} meeting={stage.meeting} />;
    case "call":
      return (
        <>
          <CallPage room={room} call={stage.call} />
          {room.sound.value.needsGesture && <TapToHear room={room} />}
        </>
      );
    case "left":
      return <LeftPage room={room} title={stage.meeting.title} reason={stage.reason} />;
  }
}

const ownTroubles = { "no-server": "noServer", "old-browser": "oldBrowser", insecure: "insecure" } as const;

function TroublePage({ room, trouble }: { room: Room; trouble: Trouble }) {
  const t = text.value;
  const sentence = typeof trouble === "object" ? trouble[lang.value] : t[ownTroubles[trouble]];
  return (
    <Shell>
      <section class="card narrow" aria-labelledby="trouble">
        <h1 id="trouble">{t.notFound}</h1>
        <p class="lead" role="alert">
          {sentence}
        </p>
        <div class="choices">
          {!isFinal(trouble) && (
            <button class="button main" type="button" onClick={() => void room.find()}>
              {t.retry}
            </button>
          )}
          <a class={`button ${isFinal(trouble) ? "main" : ""}`} href="/" onClick={follow}>
            {t.home}
          </a>
        </div>
      </section>
    </Shell>
  );
}

function LeftPage({ room, title, reason }: { room: Room; title: string; reason?: Sentence }) {
  const t = text.value;
  return (
    <Shell>
      <section class="card narrow" aria-labelledby="left">
        {title && <p class="eyebrow">{title}</p>}
        <h1 id="left">{reason ? t.endedTitle : t.leftTitle}</h1>
        <p class="lead" role="status">
          {reason ? reason[lang.value] : t.leftText}
        </p>
        <div class="choices">
          <button class="button main" type="button" onClick={() => room.again()}>
            <EnterIcon />
            {t.again}
          </button>
          <a class="button" href="/" onClick={follow}>
            {t.home}
          </a>
        </div>
      </section>
    </Shell>
  );
}

const patience = 800; // ms: browsers that let a page with a microphone play begin a little late

/** The one press that a browser may demand before it plays sound. */
function TapToHear({ room }: { room: Room }) {
  const t = text.value;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), patience);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <Dialog title={t.tapToHear} class="whole" onClose={() => void room.audio.resume()}>
      <button class="tap" type="button" onClick={() => void room.audio.resume()}>
        <SpeakerIcon />
        <strong>{t.tapToHear}</strong>
        <span>{t.tapWhy}</span>
      </button>
    </Dialog>
  );
}
