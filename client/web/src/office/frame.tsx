// The frame of the office's pages.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "../ui/dialog";
import { Logo } from "../ui/icons";
import { LangSwitch } from "../ui/shell";
import { text } from "../ui/text";
import { type AccountRole, ask, me, whoAmI } from "./api";
import { type Asked, sentenceOf, useDoing } from "./asked";
import { type Common, common } from "./common";
import { Alarm } from "./fields";
import { follow, place } from "./place";

/** Sets the title of the browser's tab. */
export function useTitle(title: string): void {
  const { appName } = text.value;
  useEffect(() => {
    document.title = `${title} · ${appName}`;
  }, [title, appName]);
}

/** The top of every page outside of a meeting: sign, language. */
export function Top({ tagline, children }: { tagline?: string; children?: ComponentChildren }) {
  const t = text.value;
  return (
    <header class="top">
      <a class="brand" href="/">
        <Logo />
        <span class="brand-words">
          <strong>{t.appName}</strong>
          <span>{tagline ?? common.value.office}</span>
        </span>
      </a>
      {children}
      <LangSwitch />
    </header>
  );
}

/** A page with one sheet in the middle. */
export function Sheet({ title, tagline, children }: { title: string; tagline?: string; children: ComponentChildren }) {
  useTitle(title);
  return (
    <div class="shell">
      <Top tagline={tagline} />
      <main>
        <section class="card narrow" aria-labelledby="sheet">
          <h1 id="sheet">{title}</h1>
          {children}
        </section>
      </main>
    </div>
  );
}

const parts: { path: string; label: keyof Common; roles: AccountRole[] }[] = [
  { path: "/office/meetings", label: "navMeetings", roles: ["admin", "chair", "secretary"] },
  { path: "/office/conclusions", label: "navConclusions", roles: ["admin", "chair", "secretary"] },
  { path: "/office/directory", label: "navDirectory", roles: ["admin", "chair", "secretary", "technician"] },
  { path: "/office/accounts", label: "navAccounts", roles: ["admin"] },
];

/** Where somebody with this role begins. */
export function firstPart(role: AccountRole): string {
  return parts.find((p) => p.roles.includes(role))?.path ?? "/office/password";
}

/** Whether somebody with this role finds anything under a path. */
export function mayEnter(role: AccountRole, path: string): boolean {
  const part = parts.find((p) => path.startsWith(p.path));
  return !part || part.roles.includes(role);
}

/** The frame of all pages for who is signed in: the parts, and who it is. */
export function Frame({ children }: { children: ComponentChildren }) {
  const t = common.value;
  const account = me.value?.account;
  const { path } = place.value;
  const leaving = useDoing();
  if (!account) return null;
  const signOut = () =>
    leaving.run(async () => {
      await ask("POST", "/api/logout");
      await whoAmI();
    });
  return (
    <div class="shell office">
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <Top>
        <nav class="parts" aria-label={t.nav}>
          {parts
            .filter((p) => p.roles.includes(account.role))
            .map((p) => (
              <a
                key={p.path}
                href={p.path}
                onClick={follow}
                aria-current={path.startsWith(p.path) ? "page" : undefined}
              >
                {t[p.label] as string}
              </a>
            ))}
        </nav>
      </Top>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <footer class="who">
        <span>
          {t.signedInAs}: <strong>{account.name || account.login}</strong>
        </span>
        <a href="/office/password" onClick={follow}>
          {t.changePassword}
        </a>
        <button class="plain" type="button" onClick={signOut}>
          {t.signOut}
        </button>
        {leaving.error.value !== undefined && <Alarm>{sentenceOf(leaving.error.value)}</Alarm>}
      </footer>
    </div>
  );
}

/** The head of a page: its name, and what one can do there. */
export function Head({ title, lead, children }: { title: string; lead?: string; children?: ComponentChildren }) {
  useTitle(title);
  return (
    <div class="head">
      <div>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
      </div>
      {children && <div class="row">{children}</div>}
    </div>
  );
}

/** Holds a table that may be wider than the screen: it is moved by the keyboard, too. */
export function Scroll({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section class="scroll" tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}

/** Draws what was asked for, once it is here. */
export function Await<T>({ asked, children }: { asked: Asked<T>; children: (value: T) => ComponentChildren }) {
  const value = asked.value.value;
  const error = asked.error.value;
  if (value !== undefined) return <>{children(value)}</>;
  if (error === undefined)
    return (
      <p class="waiting" role="status">
        {common.value.loading}
      </p>
    );
  return (
    <div class="card narrow">
      <Alarm>{sentenceOf(error)}</Alarm>
      <button class="button" type="button" onClick={() => void asked.again()}>
        {text.value.retry}
      </button>
    </div>
  );
}

interface ConfirmProps {
  title: string;
  does: string; // on the button
  onDo: () => Promise<unknown>;
  onClose: () => void;
  children: ComponentChildren;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ title, does, onDo, onClose, children }: ConfirmProps) {
  const doing = useDoing();
  const go = async () => {
    if (await doing.run(onDo)) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">{children}</div>
      {doing.error.value !== undefined && <Alarm>{sentenceOf(doing.error.value)}</Alarm>}
      <div class="row-end">
        <button class="button" type="button" onClick={onClose}>
          {common.value.cancel}
        </button>
        <button class="button main" type="button" aria-disabled={doing.busy.value} onClick={() => void go()}>
          {does}
        </button>
      </div>
    </Dialog>
  );
}
