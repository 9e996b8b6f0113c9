// The parts of forms.

import type { Signal } from "@preact/signals";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { common } from "./common";

interface Common {
  label: string;
  hint?: string;
  error?: string;
  value: string;
  onValue: (value: string) => void;
  required?: boolean;
}

/** A field's value and where it goes, both a signal. */
export function bind(to: Signal<string>): Pick<Common, "value" | "onValue"> {
  return {
    value: to.value,
    onValue: (value) => {
      to.value = value;
    },
  };
}

/** Moves the focus into the first field of a box, from the button that the box gives it to. */
export function useFirstField(): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, select, textarea")?.focus(), []);
  return form;
}

interface LineProps extends Common {
  type?: "text" | "password" | "number" | "date" | "time" | "tel" | "email" | "search";
  autocomplete?: "username" | "current-password" | "new-password" | "name" | "off";
  placeholder?: string;
  maxLength?: number;
  min?: number | string;
  max?: number | string;
  list?: string;
  class?: string;
}

/** A labelled line. */
export function Line({ label, hint, error, value, onValue, type = "text", autocomplete = "off", ...rest }: LineProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(aria) => (
        <input
          {...rest}
          {...aria}
          type={type as "text"}
          autocomplete={autocomplete}
          autocapitalize={autocomplete === "username" ? "none" : undefined}
          spellcheck={false}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

/** Labelled lines. */
export function Area({
  label,
  hint,
  error,
  value,
  onValue,
  rows = 4,
  maxLength,
  required,
}: Common & { rows?: number; maxLength?: number }) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(aria) => (
        <textarea
          {...aria}
          rows={rows}
          maxLength={maxLength}
          required={required}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

/** One of several. */
export interface Option {
  value: string;
  label: string;
}

/** A labelled choice. With `none`, nothing may be chosen, under these words. */
export function Choose({
  label,
  hint,
  error,
  value,
  onValue,
  options,
  none,
}: Common & { options: Option[]; none?: string }) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(aria) => (
        <select {...aria} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {none !== undefined && <option value="">{none}</option>}
          {options.map((o) => (
            <option key={o.value} value={o.value}>
              {o.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

/** A box to tick. */
export function Tick({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label class="tick">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

type Aria = {
  id: string;
  ref: (element: HTMLElement | null) => void;
  "aria-invalid"?: "true";
  "aria-describedby"?: string;
};

interface LabelledProps {
  label: string;
  hint?: string;
  error?: string;
  children: (aria: Aria) => ComponentChildren;
}

/** A new error takes the focus, so that it is read aloud and can be mended at once. */
function Labelled({ label, hint, error, children }: LabelledProps) {
  const id = useId();
  const ref = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (error) ref.current?.focus();
  }, [error]);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const keep = (element: HTMLElement | null) => {
    ref.current = element;
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        ref: keep,
        "aria-invalid": error ? "true" : undefined,
        "aria-describedby": described || undefined,
      })}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** A sentence that says what went wrong, read aloud as it appears. */
export function Alarm({ children }: { children: ComponentChildren }) {
  return (
    <p class="error" role="alert">
      {children}
    </p>
  );
}

/** The two buttons under a form. */
export function FormEnd({ save, busy, onCancel }: { save?: string; busy: boolean; onCancel?: () => void }) {
  const t = common.value;
  return (
    <div class="row-end">
      <button class="button main" type="submit" aria-disabled={busy}>
        {save ?? t.save}
      </button>
      {onCancel && (
        <button class="button" type="button" onClick={onCancel}>
          {t.cancel}
        </button>
      )}
    </div>
  );
}
