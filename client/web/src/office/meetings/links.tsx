// Invitations: a link for each invited site and for guests, to copy, to send, to print.

import { useSignal } from "@preact/signals";
import { CopyLink } from "../../ui/copylink";
import { linkText } from "../../ui/linktext";
import { lang } from "../../ui/text";
import { ask, ofMeeting } from "../api";
import { sentenceOf, useAsked, useDoing } from "../asked";
import { Alarm, bind, Choose, Line } from "../fields";
import { Await } from "../frame";
import type { Invited, Plan } from "../plan";
import { moment } from "../when";
import { getKnown, inviteLink, type Known } from "./api";
import { MeetingHead } from "./tabs";
import { words } from "./words";

/** The page with all invitations. */
export function Links({ code }: { code: string }) {
  const asked = useAsked(() => getKnown(code), code);
  return <Await asked={asked}>{(known) => <LinksOf known={known} />}</Await>;
}

function LinksOf({ known }: { known: Known }) {
  const t = words.value;
  const { code, plan } = known;
  const invited = plan.invited ?? [];
  const copied = useSignal(false);
  const lines = invited.map((i) => `${i.name}\t${inviteLink(location.origin, code, i.n)}`);
  const copyAll = async () => {
    await navigator.clipboard?.writeText(lines.join("\n")).catch(() => {});
    copied.value = true;
  };
  return (
    <>
      <MeetingHead known={known} page="links" />
      <section class="card unprinted" aria-labelledby="links-title">
        <h2 id="links-title">{t.linksTitle}</h2>
        <p class="lead">{t.linksLead}</p>
        <CopyLink label={t.linkRoom} link={inviteLink(location.origin, code)} title={known.title ?? ""} />
        {invited.length > 0 && (
          <div class="row">
            <button class="button" type="button" onClick={() => void copyAll()}>
              <span aria-live="polite">{copied.value ? linkText.value.copied : t.linksCopyAll}</span>
            </button>
            <button class="button" type="button" onClick={() => print()}>
              {t.linksPrint}
            </button>
          </div>
        )}
        {invited.map((i) => (
          <CopyLink
            key={i.n}
            label={t.linkOf(i.name)}
            link={inviteLink(location.origin, code, i.n)}
            title={known.title ?? ""}
          />
        ))}
      </section>
      <Guests code={code} title={known.title ?? ""} />
      {invited.map((i) => (
        <Letter key={i.n} known={known} plan={plan} invited={i} />
      ))}
    </>
  );
}

function Guests({ code, title }: { code: string; title: string }) {
  const t = words.value;
  const name = useSignal("");
  const role = useSignal("guest");
  const made = useSignal<{ name: string; link: string }[]>([]);
  const doing = useDoing();
  const make = async (event: Event) => {
    event.preventDefault();
    await doing.run(async () => {
      const called = name.value.trim();
      const body = { name: called || undefined, role: role.value };
      const { link } = await ask<{ link: string }>("POST", ofMeeting(code, "invitations"), body);
      made.value = [...made.value, { name: called || t.guest, link }];
      name.value = "";
    });
  };
  return (
    <section class="card unprinted" aria-labelledby="guests-title">
      <h2 id="guests-title">{t.guestTitle}</h2>
      <p class="lead">{t.guestLead}</p>
      <form class="stack" noValidate onSubmit={make}>
        <div class="columns">
          <Line label={t.guestName} maxLength={64} {...bind(name)} />
          <Choose
            label={t.guestRole}
            {...bind(role)}
            options={[
              { value: "guest", label: t.guestSpeaks },
              { value: "observer", label: t.guestListens },
            ]}
          />
        </div>
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <button class="button" type="submit" aria-disabled={doing.busy.value}>
          {t.guestMake}
        </button>
      </form>
      {made.value.map((m) => (
        <CopyLink key={m.link} label={t.guestLink(m.name)} link={m.link} title={title} />
      ))}
    </section>
  );
}

/** A letter for one site, seen on paper only. */
function Letter({ known, plan, invited }: { known: Known; plan: Plan; invited: Invited }) {
  const t = words.value;
  return (
    <article class="letter">
      <h2>{t.letterTitle}</h2>
      <p>
        {t.letterTo}: <strong>{invited.name}</strong>
      </p>
      <h3>{known.title}</h3>
      <dl>
        <dt>{t.letterWhen}</dt>
        <dd>{plan.starts ? moment(plan.starts, Date.now(), lang.value) : t.noTime}</dd>
        {plan.body && <dt>{t.letterBody}</dt>}
        {plan.body && <dd>{plan.body}</dd>}
        {plan.place && <dt>{t.letterPlace}</dt>}
        {plan.place && <dd>{plan.place}</dd>}
        <dt>{t.letterLink}</dt>
        <dd>{inviteLink(location.origin, known.code, invited.n)}</dd>
        <dt>{t.letterCode}</dt>
        <dd>{known.code}</dd>
      </dl>
      {(plan.agenda?.length ?? 0) > 0 && <h3>{t.letterAgenda}</h3>}
      <ol>
        {plan.agenda?.map((item) => (
          <li key={item.id}>
            {item.title}
            {item.minutes ? ` (${item.minutes}')` : ""}
          </li>
        ))}
      </ol>
    </article>
  );
}
