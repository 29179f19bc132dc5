import { generationOf, type Scope, type State } from './state.js';

/**
 * Finds the nodes whose status or generation has changed since it was last asked, by comparing numbers: nothing is noted
 * while events are applied but which scopes have closed, so who never asks pays nothing. O(nodes of open scopes) a call, which
 * is to come after each event.
 */
export class Changes {
  private readonly known = new Map<number, { readonly scope: Scope; readonly seen: Int32Array }>();

  constructor(private readonly state: State) {
    for (const scope of state.scopes.values()) {
      this.known.set(scope.id, { scope, seen: Int32Array.from(scope.status, (_, node) => numberOf(scope, node)) });
    }
  }

  /** First those of scopes that have closed since, the innermost first; then in scope order. Within one in plan order. */
  take(): { readonly scope: Scope; readonly node: number }[] {
    // Some were opened and have closed since, all in one event.
    for (const scope of [...this.state.closed.splice(0), ...this.state.scopes.values()]) {
      if (!this.known.has(scope.id)) this.known.set(scope.id, { scope, seen: new Int32Array(scope.status.length) });
    }
    const changed: { scope: Scope; node: number }[] = [];
    const closed = [...this.known].filter(([id]) => !this.state.scopes.has(id)).toReversed();
    for (const [id] of closed) this.known.delete(id);
    for (const [, { scope, seen }] of [...closed, ...this.known]) {
      for (let node = 0; node < seen.length; node += 1) {
        const now = numberOf(scope, node);
        if (seen[node] === now) continue;
        seen[node] = now;
        changed.push({ scope, node });
      }
    }
    return changed;
  }
}

/** Status and generation in one; 0 for a node that waits for the first time. */
function numberOf(scope: Scope, node: number): number {
  const again = scope.generations.size === 0 ? 0 : generationOf(scope, node) - 1;
  return again * 16 + (scope.status[node] ?? 0);
}
