// What a person does at the office's pages, in their words.

import { join } from "node:path";
import type { Page } from "playwright-core";
import { out } from "./paths";

/** Somebody at a page of the office. */
export interface Clerk {
  fill(fields: Record<string, string>): Promise<void>;
  choose(fields: Record<string, string>): Promise<void>;
  press(name: string): Promise<void>;
  open(...links: string[]): Promise<void>;
  act(code: string, action: object): Promise<void>;
}

/** Whoever is signed in there. */
export function clerk(page: Page): Clerk {
  return {
    async fill(fields) {
      for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
    },
    async choose(fields) {
      for (const [label, option] of Object.entries(fields))
        await page.getByLabel(label, { exact: true }).selectOption({ label: option });
    },
    press: (name) => page.getByRole("button", { name, exact: true }).click(),
    async open(...links) {
      for (const name of links) await page.getByRole("link", { name, exact: true }).first().click();
    },
    /** Does in the meeting what its console would. */
    async act(code, action) {
      const answer = await page.evaluate(
        async ([path, body]) => {
          const said = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body });
          return `${said.status} ${await said.text()}`;
        },
        [`/api/meetings/${code}/do`, JSON.stringify(action)],
      );
      if (!answer.startsWith("200")) throw new Error(answer);
    },
  };
}

/** Keeps a picture of a page, to be looked at. */
export async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(out, `office-${name}.png`), fullPage: true });
}
