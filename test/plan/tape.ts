/** A tape of numbers that decides: a shorter one, and smaller numbers, make something simpler. */
export class Tape {
  private next = 0;

  constructor(private readonly numbers: readonly number[]) {}

  /** A number below `count`; 0 once the tape is at its end. */
  choose(count: number): number {
    return (this.numbers[this.next++] ?? 0) % count;
  }
  /** True once in `count`; false at the end of the tape. */
  maybe(count: number): boolean {
    return this.choose(count) === count - 1;
  }
  pick<T>(from: readonly T[]): T {
    return from[this.choose(from.length)] as T;
  }
}
