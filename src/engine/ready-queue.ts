/**
 * A binary heap of nodes by scope, then plan order. O(log n) a call.
 */
export class ReadyQueue {
  private readonly keys: number[] = [];

  get size(): number {
    return this.keys.length;
  }

  push(scope: number, node: number): void {
    const keys = this.keys;
    const key = scope * NODES + node;
    let at = keys.length;
    keys.push(key);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const above = keys[up] as number;
      if (above <= key) break;
      keys[at] = above;
      at = up;
    }
    keys[at] = key;
  }

  pop(): { scope: number; node: number } | undefined {
    const keys = this.keys;
    const top = keys[0];
    const last = keys.pop();
    if (top === undefined || last === undefined) return undefined;
    if (keys.length > 0) this.sink(last);
    return { scope: Math.floor(top / NODES), node: top % NODES };
  }

  private sink(key: number): void {
    const keys = this.keys;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= keys.length) break;
      if (down + 1 < keys.length && (keys[down + 1] as number) < (keys[down] as number)) down += 1;
      const below = keys[down] as number;
      if (below >= key) break;
      keys[at] = below;
      at = down;
    }
    keys[at] = key;
  }
}

/** More nodes than a body can have; scope numbers go to 2^32, and both fit a double. */
const NODES = 2 ** 21;
