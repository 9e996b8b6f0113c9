// Preparing a meeting: one long form, in the order in which a secretary thinks.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { act, ask, me, type Official } from "../api";
import { problemsOf, sentenceOf, useAsked, useDoing } from "../asked";
import { type Edition, type Template, whole } from "../book";
import { common } from "../common";
import { Alarm, bind, Choose, Line } from "../fields";
import { Await, Head } from "../frame";
import { go, guard } from "../place";
import { newPlan, type Plan, planProblem } from "../plan";
import { titleAt } from "../title";
import { Agenda } from "./agenda";
import { getKnown, type Known } from "./api";
import { Conflicts } from "./conflicts";
import { Documents } from "./documents";
import { InvitedPicker } from "./invited";
import { Officers } from "./officers";
import { Script } from "./script";
import { MeetingHead } from "./tabs";
import { What } from "./what";
import { words } from "./words";

/** What a section of the form gets. */
export interface SectionProps {
  plan: Plan;
  onPlan: (change: Partial<Plan>) => void;
}

/** The form for a new meeting, or for one that is there. */
export function Prepare({ code }: { code?: string }) {
  const asked = useAsked(async () => {
    const [directory, known, people] = await Promise.all([
      ask<Edition>("GET", "/api/directory"),
      code ? getKnown(code) : undefined,
      officials(),
    ]);
    return { revision: directory.revision, book: whole(directory.book), known, people };
  });
  return <Await asked={asked}>{(loaded) => <Form {...loaded} onSaved={asked.again} />}</Await>;
}

/** Those who can lead. */
async function officials(): Promise<Official[]> {
  return (await ask<{ officials: Official[] | null }>("GET", "/api/officials")).officials ?? [];
}

interface FormProps {
  revision: number;
  book: Edition["book"];
  known?: Known;
  people: Official[];
  onSaved: () => Promise<void>;
}

function Form({ revision, book, known, people, onSaved }: FormProps) {
  const t = words.value;
  const c = common.value;
  const title = useSignal(known?.title ?? "");
  const plan = useSignal<Plan>(known?.plan ?? newPlan(me.value?.account));
  const changed = useSignal(false);
  const tried = useSignal(false);
  const said = useSignal("");
  const doing = useDoing();
  useGuard(changed);
  const change = (members: Partial<Plan>) => {
    plan.value = { ...plan.value, ...members };
    changed.value = true;
    said.value = "";
  };
  const problem = planProblem(title.value, plan.value);
  const save = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (problem) return;
    await doing.run(async () => {
      if (known) {
        await act(known.code, { act: "prepare", plan: plan.value });
        changed.value = false;
        said.value = c.saved;
        await onSaved();
        return;
      }
      const body = { title: title.value.trim(), plan: plan.value };
      const { code } = await ask<{ code: string }>("POST", "/api/meetings", body);
      changed.value = false;
      guard(undefined);
      go(`/office/meetings/${code}?created=1`);
    });
  };
  const section = { plan: plan.value, onPlan: change };
  const fresh = new URLSearchParams(location.search).has("created");
  return (
    <>
      {known ? <MeetingHead known={known} page="" /> : <Head title={t.new} />}
      <form class="stack" noValidate onSubmit={save}>
        {!known && (
          <FromTemplate templates={book.templates} onUse={(template) => useTemplate(template, title, change)} />
        )}
        {fresh && said.value === "" && !changed.value && <p class="good">{t.created}</p>}
        <What {...section} title={title} fixed={known !== undefined} problem={tried.value ? problem : undefined}>
          <Conflicts code={known?.code} plan={plan.value} />
        </What>
        <InvitedPicker {...section} book={book} />
        <Agenda {...section} />
        <Officers {...section} people={people} />
        <Script {...section} />
        <Documents {...section} code={known?.code} />
        <div class="card savebar">
          {tried.value && problem && <Alarm>{t.problems[problem]}</Alarm>}
          {doing.error.value !== undefined && <Refusal error={doing.error.value} />}
          <div class="row-end">
            <p class="good" role="status">
              {said.value}
            </p>
            <SaveTemplate revision={revision} title={title.value} plan={plan.value} />
            <button class="button main huge" type="submit" aria-disabled={doing.busy.value}>
              {known ? c.save : t.create}
            </button>
          </div>
        </div>
      </form>
    </>
  );
}

function Refusal({ error }: { error: unknown }) {
  const problems = problemsOf(error);
  return <Alarm>{[sentenceOf(error), ...problems.map((p) => p.vi)].join(" ")}</Alarm>;
}

/** Asks before what was typed is lost. */
function useGuard(changed: Signal<boolean>): void {
  useEffect(() => {
    guard(changed.value ? () => confirm(common.value.unsaved) : undefined);
  }, [changed.value]);
  useEffect(() => () => guard(undefined), []);
}

function useTemplate(template: Template, title: Signal<string>, change: (plan: Partial<Plan>) => void): void {
  title.value = title.peek() || titleAt(template.title, Date.now());
  change(template.plan);
}

function FromTemplate({ templates, onUse }: { templates: Template[]; onUse: (template: Template) => void }) {
  const t = words.value;
  const chosen = useSignal("");
  const used = useSignal("");
  if (templates.length === 0) return null;
  const template = templates.find((m) => m.id === chosen.value);
  return (
    <div class="card">
      <div class="row grow">
        <Choose
          label={t.fromTemplate}
          none={t.noTemplate}
          {...bind(chosen)}
          options={templates.map((m) => ({ value: m.id, label: m.name }))}
        />
        <button
          class="button"
          type="button"
          aria-disabled={!template}
          onClick={() => {
            if (!template) return;
            onUse(template);
            used.value = template.name;
          }}
        >
          {t.useTemplate}
        </button>
      </div>
      <p class="good" role="status">
        {used.value && t.templateUsed(used.value)}
      </p>
    </div>
  );
}

function SaveTemplate({ revision, title, plan }: { revision: number; title: string; plan: Plan }) {
  const t = words.value;
  const name = useSignal("");
  const open = useSignal(false);
  const saved = useSignal("");
  const doing = useDoing();
  const save = async () => {
    if (!name.value.trim()) return;
    const { starts: _, documents: __, ...rest } = plan;
    const row = { id: "", name: name.value.trim(), title: title.trim() || name.value.trim(), plan: rest };
    const done = await doing.run(async () => {
      const { revision: now } = await ask<Edition>("GET", "/api/directory").catch(() => ({ revision }));
      await ask("POST", "/api/directory", { revision: now, edits: [{ table: "templates", row }] });
    });
    if (!done) return;
    saved.value = row.name;
    open.value = false;
  };
  if (!open.value) {
    return (
      <>
        {saved.value && <p class="good">{t.templateSaved(saved.value)}</p>}
        <button class="button" type="button" onClick={() => (open.value = true)}>
          {t.saveTemplate}
        </button>
      </>
    );
  }
  return (
    <div class="row">
      <Line label={t.templateName} maxLength={64} {...bind(name)} />
      <button class="button" type="button" aria-disabled={doing.busy.value} onClick={() => void save()}>
        {t.saveTemplate}
      </button>
      {doing.error.value !== undefined && <Refusal error={doing.error.value} />}
    </div>
  );
}
