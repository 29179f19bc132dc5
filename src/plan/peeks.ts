import { peeksOf } from '../expression/reads.js';
import type { FlatBody } from './flat-body.js';
import type { Source } from './plan.js';

/**
 * By slot: the parts of its value that conditions read, should it travel by ref: whoever makes the value sends them along.
 * A name is followed through `first`, ports, guards and sleeps, which pass a value on as it is. Of a list that forms put together
 * only the length is known to a condition, so nothing is asked of its parts.
 */
export function peeksBySlot(flat: FlatBody): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, Set<string>>();
  for (const condition of flat.conditions) {
    if (condition.kind !== 'expr') continue;
    const wanted = peeksOf(condition.ast);
    condition.names.forEach((name, i) => {
      const keys = wanted.get(name) ?? [];
      const source = condition.of[i];
      if (keys.length > 0 && source !== undefined) ask(flat, source, keys, found);
    });
  }
  return new Map([...found].map(([slot, keys]) => [slot, Object.freeze([...keys].sort())]));
}

function ask(flat: FlatBody, from: Source, keys: readonly string[], found: Map<number, Set<string>>): void {
  const seen = new Set([from]);
  for (const source of seen) {
    for (const next of passedOn(flat, source)) seen.add(next);
    if (source < 0 || isSleep(flat, source)) continue;
    const there = found.get(source) ?? new Set();
    for (const key of keys) there.add(key);
    found.set(source, there);
  }
}

const nodeOf = ({ nodes, producer }: FlatBody, slot: number) => nodes[producer[slot] ?? -1];
const isSleep = (flat: FlatBody, slot: number): boolean => nodeOf(flat, slot)?.use.kind === 'sleep';

/** The sources whose value a source may hand on unchanged. */
function passedOn(flat: FlatBody, source: Source): readonly Source[] {
  if (source >= 0) return isSleep(flat, source) ? (nodeOf(flat, source)?.in ?? []) : [];
  const form = flat.forms[-1 - source];
  if (form?.kind === 'first') return form.of;
  return form?.kind === 'port' || form?.kind === 'guarded' ? [form.of] : [];
}
