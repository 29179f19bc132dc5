import type { Leaf } from '../value/value.js';

/** What a pure step gave once, under its step key (64 hex). Times in milliseconds since the epoch. */
export interface CacheEntry {
  readonly key: string;
  readonly step: string;
  /** Of the code: `version 3` of the contract, else `build <id>` of the worker. */
  readonly code: string;
  /** Digests: of each option and each input by name, so that it can be said which one has changed. */
  readonly options: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, Leaf>>;
  /** Who computed it, where and when. */
  readonly run: string;
  readonly at: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
}

/**
 * The step cache of one tenant: an index over values that lie in the store. Any number of processes may use one. Every
 * function throws what those of `GraphRegistry` do.
 */
export interface StepCache {
  /** By key; expired ones are among them, since they say why a step runs again. */
  get(keys: readonly string[]): Promise<ReadonlyMap<string, CacheEntry>>;
  /** Replaces what was there under its key. */
  put(entry: CacheEntry): Promise<void>;
  /** The latest entries of a step, those of this address first, then newest first: what a miss is compared with. */
  nearest(step: string, at: string): Promise<readonly CacheEntry[]>;
  /** Takes the right to compute a key, for `ms` from now: false while another holder's has not run out. Holding it again renews it. */
  claim(key: string, holder: string, ms: number): Promise<boolean>;
  release(key: string, holder: string): Promise<void>;
  /** All of them, oldest first, for garbage collection and counts. */
  entries(): AsyncIterable<CacheEntry>;
  delete(keys: readonly string[]): Promise<void>;
}
