// The pictures of a meeting: a file of its own, which comes behind the voice.

import { adopt } from "../parts";
import { later } from "../text";
import places from "./places.css?inline";
import { slides } from "./seam";
import { videoText } from "./text";
import css from "./video.css?inline";

export { Screen } from "./screen";
export { Tools } from "./tools";

adopt(css + places);
void later(async () => {
  await import("../slides/slides");
});

/** The keys of pictures, for the list of keys. */
export function VideoKeys() {
  const t = videoText.value;
  const Slides = slides.value?.Keys;
  const rows = [
    ["V", t.keyCamera],
    ["D", t.keyNext],
    ["F", t.keyFull],
  ];
  return (
    <>
      {rows.map(([key, does]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
      {Slides && <Slides />}
    </>
  );
}
