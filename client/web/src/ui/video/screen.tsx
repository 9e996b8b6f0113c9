import { useEffect, useRef, useState } from "preact/hooks";
import type { Call } from "../../meeting/call";
import type { Picture } from "../../meeting/pictures";
import { nameOf } from "./names";
import { Notice } from "./notice";
import { type Slides, slides, type Within } from "./seam";
import { begin, current, side } from "./state";
import { videoText } from "./text";
import { Drawn, SelfTile, State, Tile } from "./tiles";

/** The pictures within the meeting's page: one large, the others small. Where there is none the page is as it is without them. */
export function Screen({ call }: { call: Call }) {
  useEffect(() => begin(call), [call]);
  const pictures = current.value?.pictures;
  return pictures ? <Layout call={call} pictures={pictures} /> : null;
}

function Layout(within: Within) {
  const { call, pictures } = within;
  const shown = slides.value?.shown(call) ? slides.value : undefined;
  const large = pictures.large.value;
  const has = useHeld(large);
  const small = shown && large?.seen ? [large, ...pictures.small.value].slice(0, 5) : pictures.small.value;
  const self = pictures.own.view.value !== undefined;
  const handful = small.length + (self ? 1 : 0) <= 3;
  return (
    <>
      <Notice {...within} />
      {(shown || has) && <Large {...within} picture={large} shown={shown} />}
      {(small.length > 0 || self) && (
        <section class={`smalls ${handful ? "handful" : ""}`} aria-label={videoText.value.small}>
          {small.map((picture) => (
            <Tile key={picture.key} {...within} picture={picture} />
          ))}
          <SelfTile {...within} />
        </section>
      )}
    </>
  );
}

const holdFor = 2000; // ms

/** Whether there is a large picture to be laid out: once something of it is there, and a moment longer than that, since the next one may be on its way. */
function useHeld(large: Picture | undefined): boolean {
  const [held, hold] = useState(false);
  const seen = large?.seen === true;
  useEffect(() => {
    if (seen) return hold(true);
    const timer = setTimeout(() => hold(false), holdFor);
    return () => clearTimeout(timer);
  }, [seen]);
  return seen || (held && large !== undefined);
}

function Large({ call, pictures, picture, shown }: Within & { picture?: Picture; shown?: Slides }) {
  const t = videoText.value;
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    const section = ref.current;
    if (!section) return;
    const look = () => {
      const height = shown ? 0 : section.clientHeight * devicePixelRatio;
      const busy = section.parentElement?.querySelector(".desk") != null; // the chair's table needs the room
      const few = shown ? 2 : 3; // beside slides the large one is small too
      pictures.sized(height, busy || innerWidth < 600 ? few : 5);
    };
    const observer = new ResizeObserver(look);
    observer.observe(section);
    return () => observer.disconnect();
  }, [pictures, shown]);
  return (
    <section ref={ref} tabIndex={-1} class={`screen ${side.value ? "" : "wide"}`} aria-label={t.large}>
      {shown ? (
        <shown.Page call={call} pictures={pictures} />
      ) : (
        picture && (
          <>
            <Drawn key={picture.key} pictures={pictures} name={picture.key} />
            <State picture={picture} large />
            {!isNamed(call, picture) && <p class="screen-name">{nameOf(call, picture)}</p>}
          </>
        )
      )}
      {!shown && pictures.chosen.value !== undefined && (
        <Automatic
          key={pictures.chosen.value}
          onPress={() => {
            pictures.enlarge(undefined);
            ref.current?.focus();
          }}
        />
      )}
    </section>
  );
}

/** Whether the line under the picture says already whose it is. */
function isNamed(call: Call, { publication, source }: Picture): boolean {
  const { holder } = call.view.value.floor;
  const seat = call.seats.value.get(holder ?? call.speaking.value.main ?? "");
  return source === "camera" && seat?.publication === publication;
}

/** Gives the choice of the large picture back. It has the focus, since the small picture that was pressed is gone. */
function Automatic({ onPress }: { onPress: () => void }) {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <button ref={ref} class="button automatic" type="button" onClick={onPress}>
      {videoText.value.automatic}
    </button>
  );
}
