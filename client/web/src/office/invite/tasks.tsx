// What a site was asked to do: it says that it knows, and how far it is.

import { useSignal } from "@preact/signals";
import type { Kept } from "../../meeting/pass";
import { Dialog } from "../../ui/dialog";
import { sentenceOf, useDoing } from "../asked";
import { Alarm, Area, bind, FormEnd, Tick, useFirstField } from "../fields";
import { dueDay, isOverdue } from "../when";
import { answerTask, type Task } from "./api";
import { words } from "./words";

interface TasksProps {
  own: Kept;
  tasks: Task[];
  onChange: () => Promise<void>;
}

/** What is open first, the most urgent at the top. */
export function inOrder(tasks: readonly Task[]): Task[] {
  const rank = (t: Task) => `${t.done ? 1 : 0}${t.due || "9999"}`;
  return [...tasks].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/** The list. */
export function Tasks({ own, tasks, onChange }: TasksProps) {
  const t = words.value;
  const reported = useSignal<Task | undefined>(undefined);
  return (
    <section class="card" aria-labelledby="tasks">
      <h2 id="tasks">{t.tasks}</h2>
      {tasks.length === 0 && <p class="calm">{t.noTasks}</p>}
      <ul class="conclusions">
        {inOrder(tasks).map((task) => (
          <li key={`${task.code} ${task.id}`} class={task.done ? "done" : ""}>
            <OneTask own={own} task={task} onChange={onChange} onReport={() => (reported.value = task)} />
          </li>
        ))}
      </ul>
      {reported.value && (
        <Report own={own} task={reported.value} onChange={onChange} onClose={() => (reported.value = undefined)} />
      )}
    </section>
  );
}

interface OneProps {
  own: Kept;
  task: Task;
  onChange: () => Promise<void>;
  onReport: () => void;
}

function OneTask({ own, task, onChange, onReport }: OneProps) {
  const t = words.value;
  const doing = useDoing();
  const receive = () =>
    doing.run(async () => {
      await answerTask(own, task.code, { act: "acknowledge", conclusion: task.id });
      await onChange();
    });
  const late = !task.done && isOverdue(task.due ?? "", Date.now());
  return (
    <>
      <p class="conclusion">{task.text}</p>
      <p class="marks">
        {task.done && <span class="mark good">{t.done}</span>}
        {late && <span class="mark bad">{t.overdue}</span>}
        {task.due && <span>{t.due(dueDay(task.due))}</span>}
        <span class="hint">{task.title}</span>
      </p>
      {task.progress && <p class="hint">{task.progress}</p>}
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      {!task.done && (
        <div class="row">
          {task.acknowledged ? (
            <span class="good">{t.received}</span>
          ) : (
            <button
              class="button main"
              type="button"
              aria-label={t.of(t.receive, task.text)}
              aria-disabled={doing.busy.value}
              onClick={() => void receive()}
            >
              {t.receive}
            </button>
          )}
          <button class="button" type="button" aria-label={t.of(t.report, task.text)} onClick={onReport}>
            {t.report}
          </button>
        </div>
      )}
    </>
  );
}

function Report({ own, task, onChange, onClose }: Omit<OneProps, "onReport"> & { onClose: () => void }) {
  const t = words.value;
  const text = useSignal("");
  const done = useSignal(false);
  const tried = useSignal(false);
  const doing = useDoing();
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (!text.value.trim()) return;
    const sent = await doing.run(async () => {
      const action = { act: "progress", conclusion: task.id, text: text.value.trim(), done: done.value };
      await answerTask(own, task.code, action);
      await onChange();
    });
    if (sent) onClose();
  };
  return (
    <Dialog title={t.report} onClose={onClose}>
      <form ref={useFirstField()} class="stack" noValidate onSubmit={submit}>
        <p class="conclusion">{task.text}</p>
        <Area
          label={t.reportText}
          rows={3}
          maxLength={1000}
          {...bind(text)}
          error={tried.value && !text.value.trim() ? t.reportEmpty : undefined}
        />
        <Tick label={t.reportDone} checked={done.value} onChange={(on) => (done.value = on)} />
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <FormEnd save={t.reportSend} busy={doing.busy.value} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
