import { bind } from '../intervention/bind.js';
import { readSources, slotsBehind } from '../intervention/need.js';
import type { Plan } from '../plan/plan.js';
import type { Fork } from './fork.js';
import { isRedacted } from './redact.js';
import { slotAddresses } from './slot-addresses.js';

/** What a fork of a record would read that was taken out of it: by which node, at which port. */
export function readsOfRedacted(
  plan: Plan,
  { inputs, interventions, known }: Fork,
  redacted: readonly string[],
): readonly { readonly node: string; readonly port: string }[] {
  const [body] = plan.bodies;
  if (!body || redacted.length === 0) return [];
  const { covers, need } = bind(plan, new Set(Object.keys(inputs)), interventions);
  const recorded = new Map(known.map(({ at, outputs }) => [at, outputs]));
  const addresses = slotAddresses(plan);
  const isGone = (slot: number): boolean => {
    const at = addresses[slot] ?? '';
    const cover = covers.slots.get(slot)?.sent;
    if (cover?.value) return isRedacted(cover.value);
    const dot = at.lastIndexOf('.');
    const value = inputs[at] ?? recorded.get(at.slice(0, dot))?.[at.slice(dot + 1)];
    return value !== undefined && isRedacted(value);
  };
  return body.nodes.flatMap((node, n) => {
    if (recorded.has(node.id) || need.runs[n] !== 1) return [];
    const slots = [...slotsBehind(body, covers, readSources(body, covers, n))].filter(isGone);
    const own = [...(covers.readers.get(n)?.values() ?? [])].filter(({ sent }) => sent.value && isRedacted(sent.value));
    const ports = [...slots.map(slot => addresses[slot] ?? ''), ...own.map(({ sent }) => sent.at)];
    return ports.map(port => ({ node: node.id, port }));
  });
}
