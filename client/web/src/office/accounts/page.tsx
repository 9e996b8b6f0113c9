// The accounts of officials, for the administrator.

import { useSignal } from "@preact/signals";
import { Dialog } from "../../ui/dialog";
import { lang } from "../../ui/text";
import { type Account, type AccountRole, ask, me } from "../api";
import { problemsOf, sentenceOf, useAsked, useDoing } from "../asked";
import { byName, type Edition, type Unit } from "../book";
import { common } from "../common";
import { Alarm, bind, Choose, FormEnd, Line, useFirstField } from "../fields";
import { Await, Confirm, Head, Scroll } from "../frame";
import { words } from "./words";

const roles: AccountRole[] = ["chair", "secretary", "technician", "admin"];
const roleNames = {
  admin: "roleAdmin",
  chair: "roleChair",
  secretary: "roleSecretary",
  technician: "roleTechnician",
} as const;
const shortest = 10; // characters of a password

/** The list of accounts, and what is done with them. */
export function Accounts() {
  const t = words.value;
  const c = common.value;
  const asked = useAsked(async () => {
    const [{ accounts }, { book }] = await Promise.all([
      ask<{ accounts: Account[] }>("GET", "/api/accounts"),
      ask<Edition>("GET", "/api/directory"),
    ]);
    return { accounts: [...accounts].sort(byName), units: book.units ?? [] };
  });
  const edited = useSignal<Partial<Account> | undefined>(undefined);
  const asks = useSignal<{ what: "disable" | "remove"; account: Account } | undefined>(undefined);
  const said = useSignal("");
  const change = async (account: Account, members: object) => {
    const { id, login, name, role, unit, disabled } = account;
    await ask("PUT", `/api/accounts/${id}`, { login, name, role, unit, disabled, ...members });
    said.value = t.saved(name);
    await asked.again();
  };
  const doAsked = async () => {
    if (!asks.value) return;
    const { what, account } = asks.value;
    if (what === "disable") return change(account, { disabled: true });
    await ask("DELETE", `/api/accounts/${account.id}`);
    await asked.again();
  };
  return (
    <>
      <Head title={t.title} lead={t.lead}>
        <button class="button main" type="button" onClick={() => (edited.value = {})}>
          {t.add}
        </button>
      </Head>
      <p class="good" role="status">
        {said.value}
      </p>
      <Await asked={asked}>
        {({ accounts, units }) => (
          <>
            <List
              accounts={accounts}
              units={units}
              onEdit={(account) => (edited.value = account)}
              onEnable={(account) => change(account, { disabled: false })}
              onAsk={(what, account) => (asks.value = { what, account })}
            />
            {edited.value && (
              <Form
                account={edited.value}
                units={units}
                onClose={() => (edited.value = undefined)}
                onSaved={async (name) => {
                  said.value = t.saved(name);
                  await asked.again();
                }}
              />
            )}
          </>
        )}
      </Await>
      {asks.value && (
        <Confirm
          title={t[`${asks.value.what}Title`](asks.value.account.name)}
          does={asks.value.what === "remove" ? c.remove : t.disable}
          onDo={doAsked}
          onClose={() => (asks.value = undefined)}
        >
          <p>{t[`${asks.value.what}Text`]}</p>
        </Confirm>
      )}
    </>
  );
}

interface ListProps {
  accounts: Account[];
  units: Unit[];
  onEdit: (account: Account) => void;
  onEnable: (account: Account) => Promise<void>;
  onAsk: (what: "disable" | "remove", account: Account) => void;
}

function List({ accounts, units, onEdit, onEnable, onAsk }: ListProps) {
  const t = words.value;
  const c = common.value;
  const doing = useDoing();
  return (
    <>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <Scroll name={t.title}>
        <table class="list">
          <thead>
            <tr>
              {[t.name, t.login, t.role, t.unit, t.state].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <th scope="col">
                <span class="unseen">{c.edit}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {accounts.map((a) => (
              <tr key={a.id} class={a.disabled ? "faded" : ""}>
                <th scope="row">{a.name}</th>
                <td translate={false}>{a.login}</td>
                <td>{c[roleNames[a.role]]}</td>
                <td>{units.find((u) => u.id === a.unit)?.name ?? ""}</td>
                <td>{a.disabled ? t.disabled : t.active}</td>
                <td>
                  <div class="row">
                    <button
                      class="button small"
                      type="button"
                      aria-label={t.of(c.edit, a.name)}
                      onClick={() => onEdit(a)}
                    >
                      {c.edit}
                    </button>
                    {a.id !== me.value?.account?.id && (
                      <>
                        <button
                          class="button small"
                          type="button"
                          aria-label={t.of(a.disabled ? t.enable : t.disable, a.name)}
                          onClick={() => (a.disabled ? void doing.run(() => onEnable(a)) : onAsk("disable", a))}
                        >
                          {a.disabled ? t.enable : t.disable}
                        </button>
                        <button
                          class="button small"
                          type="button"
                          aria-label={t.of(c.remove, a.name)}
                          onClick={() => onAsk("remove", a)}
                        >
                          {c.remove}
                        </button>
                      </>
                    )}
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

interface FormProps {
  account: Partial<Account>;
  units: Unit[];
  onSaved: (name: string) => Promise<void>;
  onClose: () => void;
}

function Form({ account, units, onSaved, onClose }: FormProps) {
  const t = words.value;
  const c = common.value;
  const isNew = account.id === undefined;
  const form = {
    name: useSignal(account.name ?? ""),
    login: useSignal(account.login ?? ""),
    role: useSignal<string>(account.role ?? "secretary"),
    unit: useSignal(account.unit ?? ""),
    password: useSignal(""),
  };
  const tried = useSignal(false);
  const doing = useDoing();
  const { name, login, role, unit, password } = form;
  const short =
    [...password.value].length < shortest && (isNew ? !me.value?.oidc || password.value !== "" : password.value !== "");
  const submit = async (event: Event) => {
    event.preventDefault();
    tried.value = true;
    if (!name.value.trim() || !login.value.trim() || short) return;
    const body = {
      login: login.value.trim(),
      name: name.value.trim(),
      role: role.value,
      unit: unit.value || undefined,
      password: password.value || undefined,
      disabled: account.disabled,
    };
    const done = await doing.run(async () => {
      await (isNew ? ask("POST", "/api/accounts", body) : ask("PUT", `/api/accounts/${account.id}`, body));
      await onSaved(body.name);
    });
    if (done) onClose();
  };
  const told = problemsOf(doing.error.value);
  const errorAt = (key: keyof typeof form, own?: string) =>
    (tried.value && own) || told.find((p) => p.column === key)?.[lang.value];
  const missing = (value: string) => (value.trim() ? undefined : c.required);
  return (
    <Dialog title={isNew ? t.add : t.editTitle(account.name ?? "")} onClose={onClose}>
      <form ref={useFirstField()} class="stack" noValidate onSubmit={submit}>
        <Line label={t.name} maxLength={64} {...bind(name)} error={errorAt("name", missing(name.value))} />
        <Line label={t.login} hint={c.loginHint} {...bind(login)} error={errorAt("login", missing(login.value))} />
        <Choose
          label={t.role}
          hint={t.roleHints[role.value as AccountRole]}
          {...bind(role)}
          options={roles.map((r) => ({ value: r, label: c[roleNames[r]] }))}
        />
        <Choose
          label={t.unit}
          none={t.noUnit}
          {...bind(unit)}
          options={[...units].sort(byName).map((u) => ({ value: u.id, label: u.name }))}
        />
        <Line
          label={isNew ? t.passwordNow : t.password}
          hint={isNew ? t.passwordHint : `${t.passwordKeep} ${t.passwordHint}`}
          autocomplete="new-password"
          {...bind(password)}
          error={errorAt("password", short ? c.passwordShort : undefined)}
        />
        {doing.error.value !== undefined && told.length === 0 && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
        <FormEnd busy={doing.busy.value} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
