// A meeting that is led, for all who take part: a file of its own, which comes behind the voice.

import { adopt } from "../parts";
import cards from "./cards.css?inline";
import css from "./led.css?inline";
import side from "./side.css?inline";
import { ledText } from "./text";

export { whole } from "../../meeting/fold/fold";
export { Hand } from "./hand";
export { Side } from "./side";
export { Stage } from "./stage";
export { Strip } from "./strip";
export { Unseen } from "./unseen";

for (const sheet of [css, side, cards]) adopt(sheet);

/** The keys of those in the room, for the list of keys. */
export function LedKeys() {
  return (
    <div>
      <dt>
        <kbd>H</kbd>
      </dt>
      <dd>{ledText.value.keyRaise}</dd>
    </div>
  );
}
