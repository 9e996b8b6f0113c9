// When to dial. Chromium counts every handshake that fails, or is given up, for five minutes, and puts off the page's next one by
// 10 ms · 2^n, up to a minute; so a page that dials a dead relay over and over locks itself out. It asks by HTTP instead, which
// costs nothing, and dials when there is an answer; without one it dials seldom.

const remembered = 300_000; // ms that a failure counts
const raceAfter = 500; // ms after which a first dial gets company
const answeredWait = 50; // ms between dials to a relay that answers, doubled with every failure,
const blindWait = 2000; // and to one that does not,
const mostWait = 120_000; // up to this;
const handshake = 3000; // ms that dials under way are given before another one

/** Decides when the next dial is due. Times are ms of one clock. */
export class Backoff {
  private failures: number[] = []; // when dials failed
  private dials = 0; // in this search
  private last = Number.NEGATIVE_INFINITY; // dial
  private answered = Number.NEGATIVE_INFINITY; // when the newest probe that was answered had been sent
  private notBefore = Number.NEGATIVE_INFINITY;

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
    this.dials++;
    this.last = now;
  }

  failed(now: number): void {
    this.failures.push(now);
  }

  /** The relay answered a probe sent at that time. */
  answer(sent: number): void {
    this.answered = Math.max(this.answered, sent);
  }

  /** Whether to dial now while so many dials are under way. */
  due(pending: number, now: number): boolean {
    this.failures = this.failures.filter((at) => now - at < remembered);
    if (now < this.notBefore) return false;
    if (this.dials === 0) return pending < 2;
    const since = now - this.last;
    if (this.dials === 1 && pending === 1 && since >= raceAfter) return true;
    const answered = this.answered > this.last;
    const wait = (answered ? answeredWait : blindWait) * 2 ** this.failures.length;
    if (pending > 0 && since < handshake) return false;
    return pending < (answered ? 3 : 2) && since >= Math.min(wait, mostWait);
  }
}
