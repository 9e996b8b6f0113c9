import { useEffect, useId, useRef } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: string;
  error?: string;
  value: string;
  onValue: (value: string) => void;
  class?: string;
  secret?: boolean; // drawn as dots
  placeholder?: string;
  maxLength?: number;
  autocapitalize?: "none" | "words";
  enterkeyhint?: "go" | "next";
}

/** A labelled line of text. A new error is shown under it and takes the focus, so that it is read aloud and can be mended at once. */
export function Field({ label, hint, error, secret, onValue, ...input }: FieldProps) {
  const id = useId();
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (error) ref.current?.focus();
  }, [error]);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...input}
        {...(secret ? { type: "password" as const } : { type: "text" as const })}
        id={id}
        ref={ref}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={error ? "true" : undefined}
        aria-describedby={described || undefined}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}
