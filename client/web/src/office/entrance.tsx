// Signing in, the first administrator, another password.

import { type Signal, useSignal } from "@preact/signals";
import { ask, me, whoAmI } from "./api";
import { sentenceOf, useDoing } from "./asked";
import { common } from "./common";
import { Alarm, bind, FormEnd, Line, Tick } from "./fields";
import { Head, Sheet } from "./frame";
import { go, place } from "./place";

const shortest = 10; // characters of a password

/** Signing in. Whoever came for another page is there afterwards. */
export function Login() {
  const t = common.value;
  const login = useSignal("");
  const password = useSignal("");
  const shown = useSignal(false);
  const tried = useSignal(false);
  const doing = useDoing();
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (!login.value.trim() || !password.value) return;
    const done = await doing.run(async () => {
      await ask("POST", "/api/login", { login: login.value.trim(), password: password.value });
      await whoAmI();
    });
    if (done && place.value.path === "/login") go("/office");
  };
  return (
    <Sheet title={t.loginTitle}>
      <p class="lead">{t.loginLead}</p>
      <form class="stack" noValidate onSubmit={submit}>
        <Line
          label={t.login}
          autocomplete="username"
          {...bind(login)}
          error={tried.value && !login.value.trim() ? t.required : undefined}
        />
        <Line
          label={t.password}
          type={shown.value ? "text" : "password"}
          autocomplete="current-password"
          {...bind(password)}
          error={tried.value && login.value.trim() && !password.value ? t.required : undefined}
        />
        <Tick
          label={t.passwordShow}
          checked={shown.value}
          onChange={(on) => {
            shown.value = on;
          }}
        />
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <button class="button main huge" type="submit" aria-disabled={doing.busy.value}>
          {t.loginButton}
        </button>
        {me.value?.oidc && (
          <a class="button" href="/api/oidc">
            {t.loginOidc}
          </a>
        )}
        <p class="hint">{t.loginForgot}</p>
      </form>
    </Sheet>
  );
}

/** A password typed twice: what is wrong with it, or undefined. */
export function passwordProblem(first: string, second: string): "passwordShort" | "passwordDiffers" | undefined {
  if ([...first].length < shortest) return "passwordShort";
  return first === second ? undefined : "passwordDiffers";
}

/** The first administrator; the token came in the fragment of the link. */
export function Setup({ token }: { token: string }) {
  const t = common.value;
  const form = { name: useSignal(""), login: useSignal(""), password: useSignal(""), again: useSignal("") };
  const tried = useSignal(false);
  const doing = useDoing();
  const first = me.value?.setup !== false;
  const title = first ? t.setupTitle : t.resetTitle;
  if (!token) {
    return (
      <Sheet title={title}>
        <p class="calm">{t.setupNoToken}</p>
      </Sheet>
    );
  }
  const problem = passwordProblem(form.password.value, form.again.value);
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (!form.name.value.trim() || !form.login.value.trim() || problem) return;
    const done = await doing.run(async () => {
      const [login, name, password] = [form.login.value.trim(), form.name.value.trim(), form.password.value];
      await ask("POST", "/api/setup", { token, login, name, password });
      await whoAmI();
    });
    if (done) go("/office");
  };
  const missing = (value: string) => (tried.value && !value.trim() ? t.required : undefined);
  return (
    <Sheet title={title}>
      <p class="lead">{first ? t.setupLead : t.resetLead}</p>
      <form class="stack" noValidate onSubmit={submit}>
        <Line
          label={t.yourName}
          autocomplete="name"
          maxLength={64}
          {...bind(form.name)}
          error={missing(form.name.value)}
        />
        <Line
          label={t.login}
          hint={t.loginHint}
          autocomplete="username"
          {...bind(form.login)}
          error={missing(form.login.value)}
        />
        <PasswordTwice password={form.password} again={form.again} problem={tried.value ? problem : undefined} />
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <FormEnd save={first ? t.setupButton : t.resetButton} busy={doing.busy.value} />
      </form>
    </Sheet>
  );
}

interface TwiceProps {
  password: Signal<string>;
  again: Signal<string>;
  problem: ReturnType<typeof passwordProblem>;
}

/** A new password, and the same again. */
export function PasswordTwice({ password, again, problem }: TwiceProps) {
  const t = common.value;
  return (
    <>
      <Line
        label={t.passwordNew}
        hint={t.passwordHint}
        type="password"
        autocomplete="new-password"
        {...bind(password)}
        error={problem === "passwordShort" ? t.passwordShort : undefined}
      />
      <Line
        label={t.passwordAgain}
        type="password"
        autocomplete="new-password"
        {...bind(again)}
        error={problem === "passwordDiffers" ? t.passwordDiffers : undefined}
      />
    </>
  );
}

/** Another password for oneself. */
export function ChangePassword() {
  const t = common.value;
  const form = { old: useSignal(""), password: useSignal(""), again: useSignal("") };
  const tried = useSignal(false);
  const done = useSignal(false);
  const doing = useDoing();
  const problem = passwordProblem(form.password.value, form.again.value);
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    done.value = false;
    if (!form.old.value || problem) return;
    done.value = await doing.run(() => ask("POST", "/api/password", { old: form.old.value, new: form.password.value }));
    if (!done.value) return;
    tried.value = false;
    for (const field of Object.values(form)) field.value = "";
  };
  return (
    <>
      <Head title={t.changePassword} />
      <form class="card narrow" noValidate onSubmit={submit}>
        <Line
          label={t.passwordOld}
          type="password"
          autocomplete="current-password"
          {...bind(form.old)}
          error={tried.value && !form.old.value ? t.required : undefined}
        />
        <PasswordTwice password={form.password} again={form.again} problem={tried.value ? problem : undefined} />
        {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <p class="good" role="status">
          {done.value && t.passwordChanged}
        </p>
        <FormEnd busy={doing.busy.value} />
      </form>
    </>
  );
}
