import { replaces } from '../intervention/covers.js';
import { sourcesBehind } from '../intervention/need.js';
import type { Source } from '../plan/plan.js';
import { resolve } from '../plan/resolve.js';
import type { Value } from '../value/value.js';
import { failNode } from './fail.js';
import { bodyOf, nodeOf } from './state.js';
import type { Scope, State } from './state.js';
import { askMerge, askResolver, payloadOf, suppliedKey } from './supply.js';
import { addWait } from './waits.js';

/** What a node reads at an input port, `null` where absent: what its source gives, unless something stands in [I2]. */
export function inputOf(state: State, scope: Scope, node: number, port: number): Value | null {
  const cover = scope.covers?.readers.get(node)?.get(port);
  if (!cover) return resolve(bodyOf(state, scope), scope, nodeOf(state, scope, node).in[port] ?? -1);
  if (replaces(cover.sent)) return payloadOf(scope, cover) ?? null;
  return scope.supplied.get(suppliedKey('merge', cover.seq, cover.target.place)) ?? null;
}

/** Whether something stands in at an input port: then it is never absent. */
export const isStoodIn = (scope: Scope, node: number, port: number): boolean =>
  scope.covers?.readers.get(node)?.has(port) ?? false;

/** Whether what stands in for forms behind these sources is there; if not, it is asked for and the node waits. */
export function prepareForms(state: State, scope: Scope, node: number, sources: Iterable<Source>): boolean {
  if (!scope.covers || scope.covers.forms.size === 0) return true;
  let ready = true;
  for (const source of sourcesBehind(bodyOf(state, scope), scope.covers, sources)) {
    const cover = scope.covers.forms.get(source);
    if (!cover || scope.forms.has(source)) continue;
    ready = false;
    addWait(scope, node);
    askResolver(state, scope, cover, node);
  }
  return ready;
}

/** The same of what stands in at its own inputs. Only for a node that is to run. */
export function prepareReaders(state: State, scope: Scope, node: number): boolean {
  const readers = scope.covers?.readers.get(node);
  if (!readers) return true;
  let ready = true;
  for (const [port, cover] of readers) {
    const data = payloadOf(scope, cover);
    if (data !== undefined && replaces(cover.sent)) continue;
    if (data !== undefined && scope.supplied.has(suppliedKey('merge', cover.seq, cover.target.place))) continue;
    ready = false;
    addWait(scope, node);
    if (data === undefined) askResolver(state, scope, cover, node);
    else {
      const inner = resolve(bodyOf(state, scope), scope, nodeOf(state, scope, node).in[port] ?? -1);
      const failure = askMerge(state, scope, cover, inner, data, node);
      if (failure) failNode(state, scope, node, failure);
      if (failure) return false;
    }
  }
  return ready;
}
