import type { Microphone } from "../codec";

/** The sentence for a microphone that does not work. */
export function microphoneTrouble(microphone: Microphone): "micNone" | "micRefused" | "micFailed" | undefined {
  switch (microphone) {
    case "none":
    case "lost":
      return "micNone";
    case "refused":
      return "micRefused";
    case "busy":
    case "unsupported":
      return "micFailed";
    default:
      return undefined;
  }
}
