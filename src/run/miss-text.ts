import type { CacheMiss, Origin } from '../engine/known.js';
import type { NodeView } from './run.js';

/** Why a node whose results are cached ran all the same, for people. */
export function missText(miss: CacheMiss): string {
  switch (miss.kind) {
    case 'first':
      return 'its step is not in the cache yet';
    case 'expired':
      return 'what the cache has is too old';
    case 'refreshed':
      return 'the run computes everything anew';
    case 'gone':
      return 'values of what the cache has are gone from the store';
    case 'unversioned':
      return 'nobody knows which code it is: give its contract a version';
    case 'changed':
      return `changed since ${originText(miss.since)}: ${miss.what.join(', ')}`;
  }
}

/** Where what a node gave comes from, or why it ran although its results are cached; '' where there is nothing to say. */
export function provenanceText({ from, miss }: Pick<NodeView, 'from' | 'miss'>): string {
  if (from) return `from ${originText(from)}`;
  return miss ? missText(miss) : '';
}

/** `run-1 at grind` */
export const originText = ({ run, at }: Origin): string => `${run} at ${at}`;
