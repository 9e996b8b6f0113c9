// The datagrams of a trial of the uplink that the relay asks for, PROTOCOL.md section 6. The twin of Go's transport/trial.go.

const mark = 0xfc;
const size = 600; // bytes of a datagram,
const overhead = 55; // and of the headers below it
const longest = 500; // ms
const leastRate = 8000; // bit/s

/** What the relay asks for: datagrams at a rate, in bit/s with all headers, for some ms. */
export interface Probe {
  id: number;
  rate: number;
  ms: number;
}

/** One trial. Times are ms of one clock. */
export class Trial {
  readonly count: number;
  readonly apart: number; // ms
  private sent = 0;

  constructor(
    private readonly probe: Probe,
    private readonly begun: number,
  ) {
    const rate = Math.max(probe.rate, leastRate);
    const bits = 8 * (size + overhead);
    this.count = Math.min(Math.max(Math.round((rate * Math.min(probe.ms, longest)) / 1000 / bits), 4), 255);
    this.apart = (1000 * bits) / rate;
  }

  /** Whether all have left. */
  get over(): boolean {
    return this.sent >= this.count;
  }

  /** The datagrams whose time has come. */
  due(now: number): Uint8Array<ArrayBuffer>[] {
    const datagrams: Uint8Array<ArrayBuffer>[] = [];
    const since = now - this.begun;
    for (; !this.over && this.sent * this.apart <= since; this.sent++) {
      const datagram = new Uint8Array(size);
      const quarters = Math.round(4 * since) & 0xffff;
      datagram.set([mark, this.probe.id & 0xff, this.sent, quarters >> 8, quarters & 0xff]);
      datagrams.push(datagram);
    }
    return datagrams;
  }
}
