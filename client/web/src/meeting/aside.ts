// Pictures' way through the media worker: pieces and reports between the line and the video worker, whenever the voice leaves room.

import type { FromRelay, PictureToRelay, Plan } from "../transport/control";
import { credits, type FromLine, type ToLine } from "../video/port";

const clocksEvery = 1000; // ms
const blockedFor = 20; // ms for which the line took nothing; then the next that it takes is to be voice
const holdOff = 50; // ms

/** What Media has for it. */
export interface Beside {
  readonly line: { aside(bytes: Uint8Array<ArrayBuffer>): boolean } | undefined;
  readonly keeper: { tell(message: PictureToRelay): void } | undefined;
  readonly plan: Plan | undefined;
  readonly publication: number;
  readonly encoder: { readonly clock: [time: number, at: number] | undefined };
  readonly player: { heard(): [publication: number, time: number, at: number][] };
}

/** The media worker's end of the port to the video worker. */
export class Aside {
  private lines = 0;
  private waiting: Uint8Array<ArrayBuffer>[] = [];
  private stuck: number | undefined; // since when the line takes nothing
  private resume = 0;
  private readonly timer = setInterval(() => this.clocks(), clocksEvery);

  constructor(
    private readonly port: MessagePort,
    private readonly media: Beside,
  ) {
    port.onmessage = ({ data }: MessageEvent<ToLine>) => this.take(data);
    if (media.plan) {
      this.begin(true);
      this.obey();
    }
  }

  /** A welcome came; fresh: a new line began. */
  begin(fresh: boolean): void {
    if (fresh) {
      this.lines++;
      this.waiting = [];
    }
    this.post({ type: "line", line: this.lines, fresh, publication: this.media.publication });
    this.clocks();
  }

  /** The plan is another. */
  obey(): void {
    this.post({ type: "plan", plan: this.media.plan?.video });
  }

  /** A piece or a report came. It is given away. */
  came(bytes: Uint8Array): void {
    const whole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
    const own = (whole ? bytes : bytes.slice()) as Uint8Array<ArrayBuffer>;
    this.post({ type: "came", bytes: own }, [own.buffer]);
  }

  /** The relay said what is none of the media worker's business. */
  told(message: FromRelay): void {
    this.post({ type: "told", message });
  }

  /** Sends what waits. Call it when the line may take something again. */
  flush(): void {
    const now = performance.now();
    while (this.waiting.length > 0 && now >= this.resume) {
      if (!this.media.line?.aside(this.waiting[0])) {
        this.stuck ??= now;
        return;
      }
      this.waiting.shift();
      this.post({ type: "taken", line: this.lines });
      // Where the browser's window is full, each piece takes the place of a voice's datagram.
      if (this.stuck !== undefined && now - this.stuck > blockedFor) this.resume = now + holdOff;
      this.stuck = undefined;
    }
  }

  /** The media worker ends. */
  close(): void {
    clearInterval(this.timer);
    this.port.close();
  }

  private take(message: ToLine): void {
    if (message.type === "tell") this.media.keeper?.tell(message.message);
    else if (message.line === this.lines && this.waiting.length < credits) {
      this.waiting.push(message.bytes);
      this.flush();
    }
  }

  private clocks(): void {
    const epoch = performance.timeOrigin;
    const own = this.media.encoder.clock;
    this.post({
      type: "clocks",
      own: own && [own[0], own[1] + epoch],
      heard: this.media.player.heard().map(([publication, time, at]) => [publication, time, at + epoch]),
    });
  }

  private post(message: FromLine, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
