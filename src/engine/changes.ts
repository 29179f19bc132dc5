import { generationOf, type Scope, type State } from './state.js';

/**
 * Finds the nodes whose status or generation has changed since it was last asked, by comparing numbers: nothing is noted
 * while events are applied, so who never asks pays nothing. O(nodes of open scopes) a call.
 */
export class Changes {
  private readonly known = new Map<number, { readonly scope: Scope; readonly seen: Int32Array }>();

  constructor(private readonly state: State) {
    for (const scope of state.scopes.values()) {
      this.known.set(scope.id, { scope, seen: Int32Array.from(scope.status, (_, node) => numberOf(scope, node)) });
    }
  }

  /** In scope order, then plan order; those of scopes that have closed since are among them. */
  take(): { readonly scope: Scope; readonly node: number }[] {
    for (const scope of this.state.scopes.values()) {
      if (!this.known.has(scope.id)) this.known.set(scope.id, { scope, seen: new Int32Array(scope.status.length) });
    }
    const changed: { scope: Scope; node: number }[] = [];
    for (const [id, { scope, seen }] of this.known) {
      for (let node = 0; node < seen.length; node += 1) {
        const now = numberOf(scope, node);
        if (seen[node] === now) continue;
        seen[node] = now;
        changed.push({ scope, node });
      }
      if (!this.state.scopes.has(id)) this.known.delete(id);
    }
    return changed;
  }
}

/** Status and generation in one; 0 for a node that waits for the first time. */
function numberOf(scope: Scope, node: number): number {
  const again = scope.generations.size === 0 ? 0 : generationOf(scope, node) - 1;
  return again * 16 + (scope.status[node] ?? 0);
}
