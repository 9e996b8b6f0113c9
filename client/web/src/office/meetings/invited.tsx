// Whom to invite: sites picked from the tree of units.

import { useSignal } from "@preact/signals";
import { lang } from "../../ui/text";
import { type Book, type Branch, pruned, type Site, sitesOfTier, sitesUnder, tree } from "../book";
import { common } from "../common";
import { Line, Tick } from "../fields";
import { invite, type Plan, uninvite } from "../plan";
import type { SectionProps } from "./prepare";
import { words } from "./words";

/** The section with the tree, whole tiers at once, and how many people are expected of each site. */
export function InvitedPicker({ plan, onPlan, book }: SectionProps & { book: Book }) {
  const t = words.value;
  const c = common.value;
  const wanted = useSignal("");
  const count = plan.invited?.length ?? 0;
  const put = (sites: readonly Site[], on: boolean) => {
    const { invited, agenda } = on
      ? invite(plan, sites)
      : uninvite(
          plan,
          sites.map((s) => s.id),
        );
    onPlan({ invited, agenda });
  };
  const chosen = new Set((plan.invited ?? []).map((i) => i.site));
  const branches = pruned(tree(book), wanted.value);
  return (
    <section class="card" aria-labelledby="invited-title">
      <h2 id="invited-title">{t.invitedTitle}</h2>
      <p role="status">
        <strong>{t.invitedCount(count)}</strong>
      </p>
      {book.sites.length === 0 ? (
        <p class="calm">{t.noSites}</p>
      ) : (
        <>
          <TierButtons book={book} chosen={chosen} onPut={put} />
          <Line label={c.search} type="search" value={wanted.value} onValue={(v) => (wanted.value = v)} />
          <div class="tree">
            {branches.map((branch) => (
              <BranchPicker key={branch.unit.id} branch={branch} chosen={chosen} onPut={put} />
            ))}
            {branches.length === 0 && <p class="calm">{c.nothingFound}</p>}
          </div>
        </>
      )}
      {count > 0 && <Members plan={plan} onPlan={onPlan} />}
    </section>
  );
}

interface PickProps {
  chosen: Set<string | undefined>;
  onPut: (sites: readonly Site[], on: boolean) => void;
}

function TierButtons({ book, chosen, onPut }: PickProps & { book: Book }) {
  const t = words.value;
  const tiers = [...book.tiers].sort((a, b) => a.level - b.level);
  return (
    <div class="row">
      {tiers.map((tier) => {
        const sites = sitesOfTier(book, tier.id);
        if (sites.length === 0) return null;
        const name = (lang.value === "en" && tier.en) || tier.vi.toLowerCase();
        const all = sites.every((s) => chosen.has(s.id));
        return (
          <button key={tier.id} class="button" type="button" onClick={() => onPut(sites, !all)}>
            {all ? t.uninviteTier(name) : t.inviteTier(name, sites.length)}
          </button>
        );
      })}
    </div>
  );
}

function BranchPicker({ branch, chosen, onPut }: PickProps & { branch: Branch }) {
  const t = words.value;
  const all = sitesUnder(branch);
  if (all.length === 0) return null;
  const { unit, sites, under } = branch;
  const every = all.every((s) => chosen.has(s.id));
  const only = under.length === 0 && sites.length === 1 && sites[0].name === unit.name;
  if (only) return <Tick label={unit.name} checked={every} onChange={(on) => onPut(sites, on)} />;
  return (
    <details open={branch.under.length > 0 || sites.some((s) => chosen.has(s.id))}>
      <summary>{`${unit.name} (${all.filter((s) => chosen.has(s.id)).length}/${all.length})`}</summary>
      {all.length > 1 && <Tick label={t.inviteAllUnder(unit.name)} checked={every} onChange={(on) => onPut(all, on)} />}
      {sites.map((site) => (
        <Tick key={site.id} label={site.name} checked={chosen.has(site.id)} onChange={(on) => onPut([site], on)} />
      ))}
      <div class="under">
        {under.map((b) => (
          <BranchPicker key={b.unit.id} branch={b} chosen={chosen} onPut={onPut} />
        ))}
      </div>
    </details>
  );
}

function Members({ plan, onPlan }: { plan: Plan; onPlan: SectionProps["onPlan"] }) {
  const t = words.value;
  const set = (n: number, members: number) =>
    onPlan({ invited: plan.invited?.map((i) => (i.n === n ? { ...i, members: members || undefined } : i)) });
  return (
    <details>
      <summary>{t.members}</summary>
      <ul class="members" aria-label={t.chosen}>
        {plan.invited?.map((i) => (
          <li key={i.n}>
            <label>
              <span>{i.name}</span>
              <input
                class="short"
                type="number"
                min={0}
                max={9999}
                aria-label={t.membersOf(i.name)}
                value={i.members ?? ""}
                onInput={(event) => set(i.n, Math.trunc(Number(event.currentTarget.value)) || 0)}
              />
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
