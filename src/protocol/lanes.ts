/** The server takes ten updates of a run at once, whoever sends them. */
export const MOST_AT_ONCE = 8;

/** At most `most` at once per key; who comes then waits for its turn. */
export class Lanes {
  private readonly busy = new Map<string, { flying: number; readonly waiting: (() => void)[] }>();

  constructor(private readonly most: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const lane = this.busy.get(key) ?? { flying: 0, waiting: [] };
    this.busy.set(key, lane);
    if (lane.flying === this.most) await new Promise<void>(resolve => lane.waiting.push(resolve));
    else lane.flying += 1;
    try {
      return await work();
    } finally {
      const next = lane.waiting.shift();
      // Whoever is next takes the place over.
      if (next) next();
      else lane.flying -= 1;
      if (lane.flying === 0) this.busy.delete(key);
    }
  }
}
