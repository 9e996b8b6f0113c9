/** One timer for what is due first. */
export class Alarm {
  private set: { at: number; id: ReturnType<typeof setTimeout> } | undefined;

  constructor(private readonly ring: () => void) {}

  /** Rings at a moment of performance.now(), or sooner if that was asked for before. Infinite: not for this. */
  at(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.set && this.set.at <= at)) return;
    clearTimeout(this.set?.id);
    const id = setTimeout(() => {
      this.set = undefined;
      this.ring();
    }, at - performance.now());
    this.set = { at, id };
  }

  clear(): void {
    clearTimeout(this.set?.id);
    this.set = undefined;
  }
}
