// Control messages out of their bytes: JSON as it is, or deflated behind a byte 1, PROTOCOL.md section 6.

import { type FromRelay, maxInflated } from "./control";

const packedMark = 1;

/** Gives messages on in the order in which they came, though unpacking takes time. */
export class Unpacker {
  private readonly queue: { json?: Uint8Array }[] = [];
  private failed = false;

  /** After fail nothing is taken any more. */
  constructor(
    private readonly take: (message: FromRelay) => void,
    private readonly fail: () => void,
  ) {}

  /** Takes the bytes of one message. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    const packed = bytes[0] === packedMark;
    const item: { json?: Uint8Array } = { json: packed ? undefined : bytes };
    this.queue.push(item);
    this.flush();
    if (packed) void this.unpack(item, bytes.subarray(1));
  }

  private async unpack(item: { json?: Uint8Array }, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    item.json = await inflate(bytes).catch(() => new Uint8Array()); // what is no message fails
    this.flush();
  }

  private flush(): void {
    for (let json = this.queue[0]?.json; json; json = this.queue[0]?.json) {
      this.queue.shift();
      this.pass(json);
    }
  }

  private pass(json: Uint8Array): void {
    if (this.failed) return;
    let message: FromRelay;
    try {
      message = parseMessage(json);
    } catch {
      this.failed = true;
      this.fail();
      return;
    }
    this.take(message);
  }
}

/** The message that is these bytes. Throws if it is none. */
export function parseMessage(bytes: Uint8Array): FromRelay {
  const message: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof message !== "object" || message === null || !("type" in message)) throw new Error("not a message");
  return message as FromRelay; // our own relay's: unknown types are ignored by those who look at them
}

/** Rejects what is not deflated, or is longer than a message may be. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  for (let r = await reader.read(); !r.done; r = await reader.read()) {
    parts.push(r.value);
    size += r.value.length;
    if (size > maxInflated) throw new RangeError("message too long");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
