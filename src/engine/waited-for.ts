import type { Failure } from './failure.js';

const WAITED_FOR: ReadonlySet<string> = new Set([
  'step_not_here',
  ...['store_unavailable', 'store_full', 'store_denied', 'store_not_found'],
]);

/**
 * Nothing that the node did: no worker has its step, or the store can't be used. It is executed again as often as it
 * takes, and no attempt counts.
 */
export const isWaitedFor = ({ code }: Pick<Failure, 'code'>): boolean => WAITED_FOR.has(code);
