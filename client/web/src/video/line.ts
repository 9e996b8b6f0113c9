// The line as the video worker has it: frames out and in over the port to the media worker.

import type { Class, Frame, Out } from "../frames/frame";
import { isPiece } from "../frames/piece";
import { Receiver } from "../frames/receiver";
import { keysOf } from "../frames/report";
import { Sender } from "../frames/sender";
import type { FromRelay, PictureToRelay, VideoPlan } from "../transport/control";
import { Alarm } from "./alarm";
import { OwnClock } from "./clocks";
import { credits, type FromLine, type ToLine } from "./port";

const often = 4; // ms between ticks at least
const reportsEvery = 30; // ms between looks whether one is due,
const reporting = 1000; // ms after the last piece
const leastPlan = { rate: 0, piece: 1100, parity: 0, fill: 0 };

/** Who hears of the line. */
export interface LineEvents {
  begin(fresh: boolean): void; // as Publishing.begin
  plan(plan: VideoPlan | undefined): void;
  frame(frame: Frame): void;
  keys(layers: number[]): void;
  told(message: FromRelay): void;
  heard(voices: [publication: number, time: number, at: number][]): void; // moments on this worker's clock
}

/** The line of pictures. */
export class PictureLine {
  publication = 0;
  rate = 0; // bit/s of all pieces
  readonly own = new OwnClock();
  private receiver = new Receiver();
  private sender = this.newSender();
  private number = 0; // of the line
  private room = credits;
  private plan: VideoPlan | undefined;
  private readonly alarm = new Alarm(() => this.tick());

  constructor(
    private readonly port: MessagePort,
    private readonly events: LineEvents,
  ) {
    port.onmessage = ({ data }: MessageEvent<FromLine>) => this.take(data);
  }

  push(out: Out): void {
    this.sender.push(out, performance.now());
    this.alarm.at(0); // not from within: who is told of a frame's end may push the next
  }

  drop(publication: number, layer: number): void {
    this.sender.drop(publication, layer);
  }

  /** Bytes that never left yet, of a class or of all. */
  backlog(of?: Class): number {
    return this.sender.backlog(of);
  }

  tell(message: PictureToRelay): void {
    this.post({ type: "tell", message });
  }

  close(): void {
    this.alarm.clear();
    this.port.onmessage = null;
    this.port.close();
    this.sender.close();
  }

  private take(message: FromLine): void {
    switch (message.type) {
      case "came":
        this.came(message.bytes, performance.now());
        break;
      case "taken":
        if (message.line === this.number) this.room++;
        this.tick();
        break;
      case "line":
        this.begin(message);
        break;
      case "plan":
        this.obey(message.plan);
        this.events.plan(message.plan);
        this.tick();
        break;
      case "told":
        this.events.told(message.message);
        break;
      case "clocks":
        this.clocks(message);
    }
  }

  private begin({ line, fresh, publication }: Extract<FromLine, { type: "line" }>): void {
    this.publication = publication;
    if (fresh) {
      const old = this.sender;
      this.number = line;
      this.room = credits;
      this.receiver = new Receiver();
      this.sender = this.newSender();
      this.obey(this.plan);
      old.close();
    }
    this.events.begin(fresh);
  }

  private newSender(): Sender {
    return new Sender((bytes) => this.send(bytes));
  }

  private obey(plan: VideoPlan | undefined): void {
    this.plan = plan;
    const { rate, parity, piece, fill } = { ...leastPlan, ...plan };
    this.rate = rate;
    this.sender.plan(rate, parity, piece, fill);
  }

  private came(bytes: Uint8Array, now: number): void {
    if (isPiece(bytes)) {
      const frame = this.receiver.receive(bytes, now);
      if (frame) this.events.frame(frame);
    } else {
      const report = this.sender.report(bytes, now);
      const layers = report ? keysOf(report) : [];
      if (layers.length > 0) this.events.keys(layers);
    }
    this.tick();
  }

  private clocks({ own, heard }: Extract<FromLine, { type: "clocks" }>): void {
    const epoch = performance.timeOrigin;
    if (own) this.own.set(own[0], own[1] - epoch);
    this.events.heard(heard.map(([publication, time, at]) => [publication, time, at - epoch]));
  }

  private send(bytes: Uint8Array<ArrayBuffer>): boolean {
    if (this.room <= 0) return false;
    this.room--;
    this.post({ type: "send", line: this.number, bytes }, [bytes.buffer]);
    return true;
  }

  private tick(): void {
    const now = performance.now();
    const report = this.room > 0 ? this.receiver.report(now) : undefined;
    if (report) this.send(report);
    this.alarm.at(Math.max(this.sender.tick(now), now + often));
    if (now - this.receiver.latest < reporting) this.alarm.at(now + reportsEvery);
  }

  private post(message: ToLine, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}
