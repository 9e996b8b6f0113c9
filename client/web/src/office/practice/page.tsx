import { Sheet } from "../frame";
import { words } from "./words";

/** The rehearsal room. */
export function PracticePage() {
  return <Sheet title={words.value.title}>{words.value.lead}</Sheet>;
}
