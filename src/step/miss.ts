import type { CacheMiss } from '../engine/known.js';
import type { CacheEntry } from '../store/step-cache.js';
import type { JsonObject } from '../value/json.js';
import { stepKey, type StepIdentity } from './step-key.js';
import { jsonDigest } from './value-digest.js';

/** The digest of each option, by name. */
export const optionDigests = (options: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(options).map(([name, value]) => [name, jsonDigest(value)]));

/**
 * Why nothing could be taken for this identity, against the one of `entries` from which it differs least; of equally near
 * ones the first. A contract that changed without its version is `contract`.
 */
export function missOf(identity: StepIdentity, entries: readonly CacheEntry[], now: number = Date.now()): CacheMiss {
  const key = stepKey(identity);
  const own = entries.find(entry => entry.key === key);
  if (own) return { kind: (own.expiresAt ?? Infinity) <= now ? 'expired' : 'gone' };
  const options = optionDigests(identity.options);
  const [nearest] = entries
    .map(entry => ({ entry, what: differences({ ...identity, options }, entry) }))
    .sort((a, b) => a.what.length - b.what.length);
  if (!nearest) return { kind: 'first' };
  const { entry, what } = nearest;
  return {
    kind: 'changed',
    what: what.length > 0 ? what : ['contract'],
    since: { run: entry.run, at: entry.at },
  };
}

type Facts = Pick<CacheEntry, 'code' | 'options' | 'inputs'>;

const differences = (now: Facts, before: Facts): readonly string[] => [
  ...(now.code === before.code ? [] : ['code']),
  ...changed(now.options, before.options).map(name => `option ${name}`),
  ...changed(now.inputs, before.inputs).map(port => `input ${port}`),
];

/** Names whose digest is another one, or that only one of both has. */
function changed(now: Readonly<Record<string, string>>, before: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names].filter(name => now[name] !== before[name]).sort();
}
