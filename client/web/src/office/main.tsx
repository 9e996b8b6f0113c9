// The office: what is done before and after meetings. Each of its parts is a file that comes when it is needed.

import { type ComponentType, render } from "preact";
import { later } from "../ui/text";
import sheet from "./office.css?url";
import { place } from "./place";

/** Draws the page of the address. The secret came in the fragment of a printed link, and is kept nowhere. */
export async function open(root: HTMLElement, secret: string): Promise<void> {
  await styled();
  const [, part, code = ""] = place.value.path.split("/");
  await later(async () => {
    const Page = await load(part);
    render(<Page secret={secret} code={code} />, root);
  });
}

type Page = ComponentType<{ secret: string; code: string }>;

async function load(part: string): Promise<Page> {
  switch (part) {
    case "invite":
      return (await import("./invite/page")).InvitePage;
    case "enrol":
      return (await import("./invite/enrol")).EnrolPage;
    case "practice":
      return (await import("./practice/page")).PracticePage;
    default:
      return (await import("./desk")).Desk;
  }
}

/** Waits for the style sheet, or goes on without it: words matter more. */
function styled(): Promise<void> {
  return new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet;
    link.onload = link.onerror = () => resolve();
    document.head.append(link);
  });
}
