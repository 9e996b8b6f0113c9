import type { Call } from "../../meeting/call";
import type { Picture } from "../../meeting/pictures";
import { videoText } from "./text";

/** Whose picture it is, in words; "" while the meeting does not say. */
export function nameOf(call: Call, picture: Pick<Picture, "publication" | "source"> | undefined): string {
  if (!picture) return "";
  for (const { publication, name } of call.seats.value.values())
    if (publication === picture.publication) return picture.source === "screen" ? videoText.value.screenOf(name) : name;
  const { playing } = call.view.value; // a report that is played has a publication of its own
  return call.seats.value.get(playing?.seat ?? "")?.name ?? "";
}
