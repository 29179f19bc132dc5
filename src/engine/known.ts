import type { Value } from '../value/value.js';

/** Which run has computed a value, and where in it. */
export interface Origin {
  readonly run: string;
  readonly at: string;
}

/** How a node ends, known before it would run: from the step cache, or from the run that this one is a fork of. */
export interface Known {
  /** The node's address: `grind`, `hard/ocr`. */
  readonly at: string;
  /** What its step gave, by port; absent ones are not there. Interventions at its ports work on it as on any other. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** What interventions at its ports made of that, by their ids: their resolvers and merges are not asked again. */
  readonly seen?: Readonly<Record<string, Value>>;
  readonly from: Origin;
  /** Of an each or a loop: ids of interventions that were used in its scopes, which it has no more. */
  readonly used?: readonly string[];
  /** One of them is in what it gave. */
  readonly overridden?: true;
}

/** How a run uses the step cache: not at all (`bypass`), or computing everything anew and keeping that (`refresh`). */
export type CacheUse = (typeof CACHE_USES)[number];
export const CACHE_USES = ['use', 'bypass', 'refresh'] as const;

/**
 * Why a node ran although its results are cached. `changed`: against the nearest earlier entry of the step, in the words
 * `input beans`, `option ratio`, `code`, `contract` (its ports, under the same version). `gone`: its values are no longer in
 * the store. `unversioned`: nobody knows which code it is (a contract without `version`, on a worker without a build id),
 * so nothing is kept.
 */
export type CacheMiss =
  | { readonly kind: 'first' | 'expired' | 'refreshed' | 'gone' | 'unversioned' }
  | {
      readonly kind: 'changed';
      readonly what: readonly string[];
      readonly since: Origin;
    };
