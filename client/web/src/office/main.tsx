import { render } from "preact";
import { Shell } from "../ui/shell";
import { text } from "../ui/text";
import sheet from "./office.css?url";
export async function open(root: HTMLElement, secret: string) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = sheet;
  document.head.append(link);
  render(
    <Shell>
      {text.value.home}
      {secret}
    </Shell>,
    root,
  );
}
