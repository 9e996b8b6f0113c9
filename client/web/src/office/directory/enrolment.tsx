// Enrolling the PC of a site: a link that is opened on it once, and a sheet for the wall.

import { useSignal } from "@preact/signals";
import { CopyLink } from "../../ui/copylink";
import { ask, me } from "../api";
import { sentenceOf, useAsked, useDoing } from "../asked";
import type { Site } from "../book";
import { common } from "../common";
import { Alarm, Tick } from "../fields";
import { Confirm, Head } from "../frame";
import { go } from "../place";
import { imageOf } from "./qr";
import { words } from "./words";

/** The link of an enrolment, and its QR code as an image. */
interface Link {
  link: string;
  qr: string;
}

/** How a site is enrolled now. */
interface State {
  id: string;
  computers: number;
  since: number; // Unix ms
}

async function stateOf(site: Site): Promise<State | null> {
  const { sites } = await ask<{ sites: State[] | null }>("GET", "/api/enrolments");
  return sites?.find((s) => s.id === site.id) ?? null;
}

/** The page that enrols the PC of a site. */
export function Enrolment({ site }: { site: Site }) {
  const t = words.value;
  const asked = useAsked(() => stateOf(site), site.id);
  const revoking = useSignal(false);
  const computers = asked.value.value?.computers ?? 0;
  const renew = useSignal(false);
  const made = useSignal<Link | undefined>(undefined);
  const doing = useDoing();
  const path = `/api/sites/${encodeURIComponent(site.id)}/enrolment`;
  const make = () =>
    doing.run(async () => {
      made.value = await ask<Link>("POST", path, { renew: renew.value });
      await asked.again();
    });
  return (
    <>
      <Head title={t.enrolTitle(site.name)} lead={t.enrolLead}>
        <button class="button" type="button" onClick={() => print()}>
          {t.enrolPrint}
        </button>
        <button class="button" type="button" onClick={() => go("/office/directory/sites")}>
          {common.value.back}
        </button>
      </Head>
      <div class="card narrow unprinted">
        <p role="status">{asked.value.value !== undefined && t.enrolledNow(computers)}</p>
        {made.value ? (
          <>
            <img class="qr" alt={t.enrolQR} src={imageOf(made.value.qr)} />
            <CopyLink label={t.enrolLink} link={made.value.link} title={t.enrolTitle(site.name)} />
          </>
        ) : (
          <>
            <Tick label={t.enrolRenew} checked={renew.value} onChange={(on) => (renew.value = on)} />
            {renew.value && <p class="calm">{t.enrolRenewHint}</p>}
            <button class="button main huge" type="button" aria-disabled={doing.busy.value} onClick={() => void make()}>
              {t.enrolMake}
            </button>
          </>
        )}
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        {computers > 0 && (
          <button class="button" type="button" onClick={() => (revoking.value = true)}>
            {t.revoke}
          </button>
        )}
      </div>
      <WallSheet site={site} />
      {revoking.value && (
        <Confirm
          title={t.revokeTitle(site.name)}
          does={t.revoke}
          onDo={async () => {
            await ask("DELETE", path);
            made.value = undefined;
            await asked.again();
          }}
          onClose={() => (revoking.value = false)}
        >
          <p>{t.revokeText}</p>
        </Confirm>
      )}
    </>
  );
}

/** What the person in the room needs, without any secret. */
function WallSheet({ site }: { site: Site }) {
  const t = words.value;
  const account = me.value?.account;
  return (
    <article class="sheet">
      <p class="eyebrow">{t.sheetStick}</p>
      <h2>{t.sheetTitle}</h2>
      <p class="sheet-name">{site.name}</p>
      <ol>
        {t.sheetSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        {t.sheetAddress}: <strong>{`${location.origin}/enrol`}</strong>
      </p>
      <p>
        {t.sheetHelp}: <strong>{[site.technician, site.phone].filter(Boolean).join(", ") || account?.name}</strong>
      </p>
      <p class="hint unprinted">{t.sheetNoSecret}</p>
    </article>
  );
}
