// The slides of a meeting: a file of its own, which comes behind the pictures.

import { useEffect } from "preact/hooks";
import type { Call } from "../../meeting/call";
import { mayShow } from "../../meeting/showing";
import { keyOf, useKeys } from "../keys";
import { adopt } from "../parts";
import { slides, type Within } from "../video/seam";
import { PresentBox } from "./box";
import { PresentIcon } from "./icons";
import { Page } from "./page";
import css from "./slides.css?inline";
import { begin, boxOpen, current, report, resumeReports } from "./state";
import { slidesText } from "./text";

adopt(css);

/** A site may make its document ready before it is called; others when they may show it. */
function mayBring(call: Call): boolean {
  const own = call.own.value;
  return own?.role === "site" || mayShow(call.view.value, own);
}

function Button({ call }: Within) {
  if (!mayBring(call)) return null;
  return (
    <button class="button tool" type="button" aria-haspopup="dialog" onClick={() => (boxOpen.value = true)}>
      <PresentIcon />
      {slidesText.value.present}
    </button>
  );
}

const turns: Record<string, number> = {
  pagedown: 1,
  arrowright: 1,
  arrowdown: 1,
  pageup: -1,
  arrowleft: -1,
  arrowup: -1,
};
const scrolls = "dialog, [role=listbox], [role=tablist], .seats, .chat, select, input";

function Beside(within: Within) {
  const { call, pictures } = within;
  useEffect(() => begin(call, pictures), [call, pictures]);
  useEffect(() => void resumeReports(), []);
  useKeys((event, inside) => {
    const now = current.value;
    const by = turns[keyOf(event, inside) ?? ""];
    if (!now?.stage.own.value || by === undefined || inside(scrolls)) return false;
    now.presenter.step(by);
    return true;
  });
  const Report = report.here.value?.Report;
  const now = current.value;
  return (
    <>
      {Report && now && <Report {...within} presenter={now.presenter} />}
      <PresentBox {...within} />
    </>
  );
}

function Keys() {
  return (
    <div>
      <dt>
        <kbd>Page Down</kbd>
      </dt>
      <dd>{slidesText.value.keyNext}</dd>
    </div>
  );
}

slides.value = {
  shown: (call) => call.view.value.slide !== undefined && current.value !== undefined,
  Page,
  Button,
  Beside,
  Keys,
};
