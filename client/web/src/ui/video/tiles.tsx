import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Call } from "../../meeting/call";
import type { Picture, Pictures } from "../../meeting/pictures";
import { nameOf } from "./names";
import type { Within } from "./seam";
import { videoText } from "./text";

/** Draws a picture, and keeps its last frame. */
export function Drawn({ pictures, name }: { pictures: Pictures; name: string }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => (ref.current ? pictures.show(name, ref.current) : undefined), [pictures, name]);
  return <canvas ref={ref} />;
}

/** What is to be known of a picture that does not move as one would expect. */
export function State({ picture, large = false }: { picture: Picture; large?: boolean }) {
  const t = videoText.value;
  const { paused, layer, seen } = picture;
  const still = large && (layer === 2 || layer === 8); // small pictures hardly move anyway
  const held = paused || (seen && layer === 0);
  const words = held ? t.paused : !seen ? t.coming : still ? t.still : undefined;
  return words === undefined ? null : <span class={`picture-state ${held ? "paused" : ""}`}>{words}</span>;
}

/** A small picture; a press makes it the large one. */
export function Tile({ call, pictures, picture }: Within & { picture: Picture }) {
  return (
    <button class="tile" type="button" onClick={() => pictures.enlarge(picture.publication)}>
      <Drawn pictures={pictures} name={picture.key} />
      <span class="tile-name">{nameOf(call, picture)}</span>
      <State picture={picture} />
      <span class="unseen">{videoText.value.enlarge}</span>
    </button>
  );
}

/** One's own camera, as a mirror, and whether anybody gets it. */
export function SelfTile({ pictures }: { call: Call; pictures: Pictures }) {
  const t = videoText.value;
  const ref = useRef<HTMLVideoElement>(null);
  const { own } = pictures;
  const stream = own.view.value;
  useEffect(() => {
    if (ref.current) ref.current.srcObject = stream ?? null;
  }, [stream]);
  if (!stream) return null;
  const says = !own.cameraSent.value ? t.unsent : own.behind.value ? t.behind : t.sent;
  return (
    <div class="tile self">
      <video ref={ref} autoplay playsInline muted />
      <span class="tile-name">
        <strong>{t.here}</strong> <span>{says}</span>
      </span>
    </div>
  );
}
