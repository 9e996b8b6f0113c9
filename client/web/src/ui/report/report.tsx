// Reports that are recorded beforehand: a file of its own, which comes when somebody wants to record one.

import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { route } from "../navigation";
import { adopt } from "../parts";
import type { Presenter } from "../slides/presenter";
import { reportOpen } from "../slides/state";
import type { Within } from "../video/seam";
import { Panel } from "./panel";
import css from "./report.css?inline";
import { Reporting } from "./state";

adopt(css);

/** Keeps what is recorded and sent, and shows it while the box is open. */
export function Report({ call, pictures, presenter }: Within & { presenter: Presenter }) {
  const [reporting, set] = useState<Reporting>();
  useEffect(() => {
    const own = new Reporting(call, pictures, presenter, route.peek().code ?? "");
    set(own);
    return () => own.close();
  }, [call, pictures, presenter]);
  useEffect(
    () =>
      effect(() => {
        if (reporting?.cutOff.value) reportOpen.value = true; // nobody looks for what is lost
      }),
    [reporting],
  );
  const open = reportOpen.value;
  useEffect(() => {
    presenter.quiet = open;
  }, [presenter, open]);
  if (!reporting || !open) return null;
  const close = () => {
    reporting.recorder.value?.pause();
    reportOpen.value = false;
  };
  return <Panel call={call} pictures={pictures} presenter={presenter} reporting={reporting} onClose={close} />;
}
