// A site's page between meetings: what comes next, and the bell. A file of its own.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { awaitHello, getInvitations, type Invitations } from "../../meeting/invited";
import { keptRelays } from "../../meeting/memory";
import type { Kept } from "../../meeting/pass";
import { spawn } from "../../meeting/spawn";
import { renewLater } from "../../offline/page";
import { Awaiter, awaitDials, type Ring } from "../../transport/await";
import { go } from "../navigation";
import { adopt } from "../parts";
import { Shell } from "../shell";
import { lang } from "../text";
import { Bell } from "./bell";
import { Called } from "./called";
import css from "./idle.css?inline";
import { Meetings } from "./meetings";
import { idleText } from "./text";

adopt(css);

const askEvery = 60_000; // ms

/** The page; onOther asks for the start page instead. */
export function Idle({ own, onOther }: { own: Kept; onOther: () => void }) {
  const t = idleText.value;
  const bell = useMemo(() => new Bell(), []);
  const silent = useSignal(bell.silent);
  const { ring, waits, refused, answer } = useRing(own, bell);
  const invitations = useInvitations(own);
  useEffect(() => renewLater(spawn), []);
  useEffect(() => {
    const pressed = () => void bell.allow().then(() => (silent.value = bell.silent));
    void bell.allow().then(() => (silent.value = bell.silent));
    addEventListener("pointerdown", pressed);
    addEventListener("keydown", pressed);
    return () => {
      removeEventListener("pointerdown", pressed);
      removeEventListener("keydown", pressed);
      bell.close();
    };
  }, [bell, silent]);
  return (
    <Shell>
      <h1 class="unseen">{own.site.name}</h1>
      <div class="idle">
        <section class="card idle-site" aria-labelledby="idle-site">
          <div>
            <p class="eyebrow">{t.site}</p>
            <h2 id="idle-site">{own.site.name}</h2>
          </div>
          <p class={`duty ${waits ? "good" : "poor"}`} role="status">
            {refused ? refused[lang.value] : waits ? t.waits : t.away}
          </p>
          {silent.value && (
            <p class="bell">
              {t.soundOff}{" "}
              <button class="button" type="button" onClick={() => void bell.once()}>
                {t.soundOn}
              </button>
            </p>
          )}
          <button class="button" type="button" onClick={onOther}>
            {t.other}
          </button>
        </section>
        <Meetings own={own} invitations={invitations} />
      </div>
      {ring && (
        <Called
          ring={ring}
          onAnswer={(enters) => {
            answer(ring);
            if (enters) go(entrance(ring.meeting, own));
          }}
        />
      )}
    </Shell>
  );
}

/** The address at which this site goes straight into a meeting. */
export function entrance(code: string, { site }: Kept): string {
  return `/m/${code}?join=1&name=${encodeURIComponent(site.name)}`;
}

/** Waits to be called. */
function useRing(own: Kept, bell: Bell) {
  const ring = useSignal<Ring | undefined>(undefined);
  const waits = useSignal(false);
  const refused = useSignal<{ vi: string; en: string } | undefined>(undefined);
  const awaiter = useSignal<Awaiter | undefined>(undefined);
  useEffect(() => {
    const here = [{ url: `${location.origin}/wt`, hashes: [] }];
    const waiter = new Awaiter(
      { dials: awaitDials, relays: () => keptRelays() ?? here, hello: () => awaitHello(own) },
      {
        waits: (now) => {
          waits.value = now;
        },
        ring: (called) => {
          ring.value = called;
          bell.start();
        },
        refused: ({ vi = "", en = "" }) => {
          refused.value = { vi, en };
        },
      },
    );
    awaiter.value = waiter;
    const hurry = () => waiter.hurry();
    addEventListener("online", hurry);
    return () => {
      removeEventListener("online", hurry);
      waiter.close();
    };
  }, [own, bell, ring, waits, refused, awaiter]);
  const answer = ({ meeting }: Ring) => {
    bell.stop();
    ring.value = undefined;
    awaiter.value?.answer(meeting);
  };
  return { ring: ring.value, waits: waits.value, refused: refused.value, answer };
}

/** What this site is invited to, asked again now and then; undefined: not known yet. */
function useInvitations(own: Kept): Invitations | undefined {
  const known = useSignal<Invitations | undefined>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const ask = async () => {
      const answer = await getInvitations(own).catch(() => undefined);
      if (over) return;
      known.value = answer ?? known.value;
      timer = setTimeout(ask, answer ? askEvery : askEvery / 4);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [own, known]);
  return known.value;
}
