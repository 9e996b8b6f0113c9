// When to dial. Chromium counts every WebTransport handshake that fails, or is given up, for five minutes, and puts off the page's next one
// by 10 ms · 2^n, up to a minute; so a page that dials a dead relay over and over locks itself out. It asks by HTTP instead, which
// costs nothing, and dials when there is an answer; without one it dials seldom.

const remembered = 300_000; // ms that a failure counts
const races = [500, 1200, 2000, 2800]; // ms after a first dial at which it gets company: at 50 % loss one handshake in four fails, and takes up to 10 s
const tired = 3; // failures after which only the first of them counts: Chromium would put the next dials off for long
const answeredWait = 50; // ms between dials to a relay that answers, doubled with every failure, on either transport,
const blindWait = 2000; // and to one that does not,
const mostWait = 120_000; // up to this;
const handshake = 3000; // ms that dials under way are given before another one
const beside = [400, 700]; // ms between dials beside living sessions, at random,
const besideWait = 20; // but at least this, doubled with every failure
const mostBeside = 3; // under way
const handshakeBits = 3 * 1228 * 8; // that a handshake asks of a line

/** Decides when the next WebTransport dial is due. Times are ms of one clock. */
export class Backoff {
  private failures: number[] = []; // when dials failed
  private dials = 0; // in this search,
  private first = Number.NEGATIVE_INFINITY; // and when it dialled first
  private last = Number.NEGATIVE_INFINITY; // dial
  private answered = Number.NEGATIVE_INFINITY; // when the newest probe that was answered had been sent
  private notBefore = Number.NEGATIVE_INFINITY;
  private gap = 0; // ms to the next dial beside living sessions

  /** A new search begins: its first dial is due at once, with a second beside it soon. */
  begin(): void {
    this.dials = 0;
    this.notBefore = Number.NEGATIVE_INFINITY;
  }

  /** A new search begins, but the relay asked for a pause or is known to be down. */
  beginAfter(pause: number, now: number): void {
    this.dials = 2;
    this.last = now;
    this.notBefore = now + pause;
  }

  dialled(now: number): void {
    if (this.dials === 0) this.first = now;
    this.dials++;
    this.last = now;
    this.gap = beside[0] + (beside[1] - beside[0]) * Math.random();
  }

  failed(now: number): void {
    this.failures.push(now);
  }

  /** The relay answered a probe sent at that time, or a handshake. */
  answer(sent: number): void {
    this.answered = Math.max(this.answered, sent);
  }

  /** Whether to dial now while so many dials are under way and no session is there, on a line of so many bit/s, 0: not known. */
  due(pending: number, rate: number, now: number): boolean {
    if (now < this.notBefore) return false;
    if (this.dials === 0) return pending < 2;
    const since = now - this.last;
    if (since < carried(rate)) return false;
    if (this.races(pending, now)) return true;
    const answered = this.answered > this.last;
    const wait = (answered ? answeredWait : blindWait) * 2 ** this.recent(now);
    if (pending > 0 && since < handshake) return false;
    return pending < (answered ? 3 : 2) && since >= Math.min(wait, mostWait);
  }

  /** Whether to dial one more session beside those that live, while so many dials are under way on a line of so many bit/s, 0: not known. */
  dueBeside(pending: number, rate: number, now: number): boolean {
    if (pending >= mostBeside || now < this.notBefore) return false;
    const wait = Math.max(this.gap, carried(rate), besideWait * 2 ** this.recent(now));
    return now - this.last >= Math.min(wait, mostWait);
  }

  /** Whether the first dials get company. */
  private races(pending: number, now: number): boolean {
    const most = this.recent(now) < tired ? races.length : 1;
    return pending > 0 && this.dials <= most && now - this.first >= races[this.dials - 1];
  }

  private recent(now: number): number {
    this.failures = this.failures.filter((at) => now - at < remembered);
    return this.failures.length;
  }
}

/** ms that a line of so many bit/s takes for a handshake. */
function carried(rate: number): number {
  return rate > 0 ? (1000 * handshakeBits) / rate : 0;
}

const socketAfter = 500; // ms that WebTransport has before the first WebSocket
const socketWait = 500; // ms after one that failed, doubled each time,
const mostSocketWait = 8000; // up to this
const mostSockets = 4; // under way
const [companyOften, companySeldom] = [2500, 10_000]; // ms after which one that hangs gets company, in the
const companyFor = 60_000; // first ms of a search, and later

/**
 * Decides when the next WebSocket dial is due. One that hangs in an outage sends its SYN ever more seldom, so a fresh one is set beside it: that
 * is what notices first that the line is back, since the requests of fetch share old connections that hang. Chromium puts WebSocket dials off, too, but
 * only after a dozen that failed within some minutes.
 */
export class SocketBackoff {
  private since = Number.NEGATIVE_INFINITY; // when this search began
  private failures = 0; // in a row
  private last = Number.NEGATIVE_INFINITY; // when a dial began or failed
  private answered = Number.NEGATIVE_INFINITY;

  /** A new search begins. alone: there is no WebTransport to be given the first turn. */
  begin(alone: boolean, now: number): void {
    this.since = alone ? now : now + socketAfter;
    this.failures = 0;
    this.last = Number.NEGATIVE_INFINITY;
  }

  /** None before that time. */
  pause(until: number): void {
    this.since = Math.max(this.since, until);
  }

  dialled(now: number): void {
    this.last = now;
  }

  failed(now: number): void {
    this.failures++;
    this.last = now;
  }

  /** The relay answered a probe sent at that time. */
  answer(sent: number): void {
    this.answered = Math.max(this.answered, sent);
  }

  due(pending: number, now: number): boolean {
    if (now < this.since || pending >= mostSockets) return false;
    const since = now - this.last;
    if (pending > 0) return since >= (now - this.since < companyFor ? companyOften : companySeldom);
    const wait = (this.answered > this.last ? answeredWait : socketWait) * 2 ** (this.failures - 1);
    return this.failures === 0 || since >= Math.min(wait, mostSocketWait);
  }
}
