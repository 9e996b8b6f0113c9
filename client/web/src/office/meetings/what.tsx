// What the meeting is, when and where.

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { lang } from "../../ui/text";
import { bind, Line, Tick } from "../fields";
import type { Mode, PlanProblem } from "../plan";
import { dateField, moment, readFields, timeField } from "../when";
import type { SectionProps } from "./prepare";
import { words } from "./words";

interface WhatProps extends SectionProps {
  title: Signal<string>;
  fixed: boolean; // the title is part of the record
  problem?: PlanProblem;
  children: ComponentChildren;
}

const modes: Mode[] = ["moderated", "roll", "free"];

/** The first section: title, day, time, length, body, place, and how one speaks. */
export function What({ plan, onPlan, title, fixed, problem, children }: WhatProps) {
  const t = words.value;
  const date = useSignal(dateField(plan.starts));
  const time = useSignal(timeField(plan.starts));
  const group = useId();
  const set = (field: Signal<string>, value: string) => {
    field.value = value;
    onPlan({ starts: readFields(date.value, time.value) });
  };
  const errorOf = (of: PlanProblem) => (problem === of ? t.problems[of] : undefined);
  return (
    <section class="card" aria-labelledby={`${group}-title`}>
      <h2 id={`${group}-title`}>{t.what}</h2>
      {fixed ? (
        <p class="hint">{t.titleFixed}</p>
      ) : (
        <Line
          label={t.meetingTitle}
          placeholder={t.titleExample}
          maxLength={200}
          {...bind(title)}
          error={errorOf("title")}
        />
      )}
      <div class="columns">
        <Line label={t.date} type="date" value={date.value} error={errorOf("starts")} onValue={(v) => set(date, v)} />
        <Line label={t.time} type="time" value={time.value} onValue={(v) => set(time, v)} />
        <Line
          label={t.length}
          type="number"
          min={0}
          max={1440}
          value={plan.minutes ? String(plan.minutes) : ""}
          error={errorOf("minutes")}
          onValue={(v) => onPlan({ minutes: v === "" ? undefined : Number(v) })}
        />
      </div>
      {plan.starts ? <p class="good">{moment(plan.starts, Date.now(), lang.value)}</p> : null}
      <div class="columns">
        <Line
          label={t.body}
          placeholder={t.bodyExample}
          maxLength={200}
          value={plan.body ?? ""}
          onValue={(v) => onPlan({ body: v || undefined })}
        />
        <Line
          label={t.place}
          placeholder={t.placeExample}
          maxLength={200}
          value={plan.place ?? ""}
          onValue={(v) => onPlan({ place: v || undefined })}
        />
      </div>
      <fieldset class="radios">
        <legend>{t.modeTitle}</legend>
        {modes.map((mode) => (
          <label key={mode} class="tick">
            <input
              type="radio"
              name={group}
              checked={(plan.mode ?? "free") === mode}
              onChange={() => onPlan({ mode })}
            />
            {t.modes[mode]}
          </label>
        ))}
      </fieldset>
      <Tick label={t.lobby} checked={plan.lobby ?? false} onChange={(lobby) => onPlan({ lobby })} />
      {children}
    </section>
  );
}
