import { outputNames } from '../plan/plan.js';
import { resolve } from '../plan/resolve.js';
import { weight } from '../value/size.js';
import type { Value } from '../value/value.js';
import type { Failure } from './failure.js';
import { factsIn, valuesIn, type FedResult } from './fed.js';
import { rememberEnded } from './taken.js';
import { tell } from './feed-calls.js';
import { bodyOf, nodeOf, type Scope, type State } from './state.js';
import { isMark } from './stream-nodes.js';

/** A scope has ended: what came of it, for the store. True if it was one of a runner's inputs. */
export function keepResult(state: State, scope: Scope): boolean {
  const { feed } = state;
  if (!feed || scope.parent?.scope !== 0) return false;
  const failures = takeFailures(state, scope);
  const body = bodyOf(state, scope);
  const outputs = named(body.outputs.map(({ name, of }) => [name, resolve(body, scope, of)] as const));
  const isFailed = failures.length > 0 || body.outputs.some(({ name, optional }) => !optional && !outputs[name]);
  const result: FedResult = {
    seq: scope.parent.ordinal,
    endedAt: state.now,
    outputs,
    facts: factsOf(state, scope),
    ...(failures.length > 0 && { failures }),
    ...(isFailed && { failed: true as const }),
  };
  feed.done.push(result);
  feed.weight += weightOf(result);
  feed.ended += 1;
  rememberEnded(feed, result.seq);
  feed.facts += factsIn(result);
  if (isFailed) feed.failed += 1;
  tell(state, { kind: 'completed', seq: scope.parent.ordinal, ...(isFailed && { failed: true }) });
  return true;
}

/** About how many bytes a result takes. */
export const weightOf = (result: FedResult): number => valuesIn(result).reduce((sum, value) => sum + weight(value), 0);

function factsOf(state: State, scope: Scope): FedResult['facts'] {
  const { nodes } = bodyOf(state, scope);
  return Object.fromEntries(
    nodes.flatMap((planned, node) => {
      const names = outputNames(state.plan, nodeOf(state, scope, node));
      const valueOf = (slot: number) => (isMark(state, scope, node, slot) ? null : (scope.slots[slot] ?? null));
      const outputs = named(names.map((name, k) => [name, valueOf(planned.out + k)] as const));
      return Object.keys(outputs).length > 0 ? [[planned.id, outputs]] : [];
    }),
  );
}

const named = (values: readonly (readonly [string, Value | null])[]): Record<string, Value> =>
  Object.fromEntries(values.flatMap(([name, value]) => (value ? [[name, value]] : [])));

/** The failures of a scope belong to its result from now on. */
function takeFailures(state: State, { prefix }: Scope): readonly Failure[] {
  const isOwn = ({ address = '' }: Failure): boolean => address.startsWith(prefix);
  const own = state.failures.filter(isOwn);
  if (own.length > 0) state.failures.splice(0, state.failures.length, ...state.failures.filter(each => !isOwn(each)));
  return own;
}
