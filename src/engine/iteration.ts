import { absentName, judge } from '../plan/resolve.js';
import type { FromState } from '../plan/plan.js';
import type { Failure } from './failure.js';
import { bodyOf } from './state.js';
import type { Scope, State } from './state.js';

/** What comes after an iteration: another one, or the end of its loop, well or not. */
export type Next = 'another' | 'end' | Failure;

/** Asks `until` about an iteration that has just ended; `count`: how many there were. */
export function afterIteration(state: State, scope: Scope, { until, max, onLimit }: FromState, count: number): Next {
  const isLast = count >= max;
  if (until === undefined) return isLast ? 'end' : 'another';
  const verdict = judge(bodyOf(state, scope), scope, until);
  if (verdict === true) return 'end';
  if (verdict === 'absent') return { code: 'condition_failed', message: absence(state, scope, until) };
  if (verdict !== false) return { ...verdict, message: `\`until\`: ${verdict.message}` };
  if (!isLast) return 'another';
  if (onLimit === 'stop') return 'end';
  return { code: 'loop_limit', message: `\`until\` did not hold within ${max} iteration${max === 1 ? '' : 's'}` };
}

function absence(state: State, scope: Scope, until: number): string {
  const body = bodyOf(state, scope);
  const name = absentName(body, scope, until);
  const condition = body.conditions[until];
  return name !== undefined && condition?.kind === 'expr'
    ? `\`until\`: \`${condition.text}\`: ${name} is absent`
    : '`until` is absent';
}
