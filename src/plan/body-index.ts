import type { Body, Source } from './plan.js';

/**
 * Which nodes read which slot, as one array cut by offsets: readers of slot s are
 * `readers[offsets[s]] … readers[offsets[s + 1] - 1]`. `waits[n]` is how many different slots node n reads.
 */
export interface BodyIndex {
  readonly offsets: Int32Array;
  readonly readers: Int32Array;
  readonly waits: Int32Array;
}

/** O(nodes + edges). */
export function indexBody(body: Body): BodyIndex {
  const waits = new Int32Array(body.nodes.length);
  const offsets = new Int32Array(body.slots + 1);
  const reads = slotReader(body);
  const pairs: number[] = [];
  body.nodes.forEach((node, n) => {
    reads(n, [...node.in, ...conditionSources(body, node.guards)], slot => {
      pairs.push(slot, n);
      offsets[slot + 1] = (offsets[slot + 1] ?? 0) + 1;
      waits[n] = (waits[n] ?? 0) + 1;
    });
  });
  for (let s = 0; s < body.slots; s += 1) offsets[s + 1] = (offsets[s + 1] ?? 0) + (offsets[s] ?? 0);
  const readers = new Int32Array(pairs.length / 2);
  const filled = offsets.slice();
  for (let p = 0; p < pairs.length; p += 2) {
    const slot = pairs[p] as number;
    readers[filled[slot] as number] = pairs[p + 1] as number;
    filled[slot] = (filled[slot] as number) + 1;
  }
  return { offsets, readers, waits };
}

/** Calls back once for each different slot that the sources read, forms and their conditions looked through. */
function slotReader(body: Body): (reader: number, sources: readonly Source[], found: (slot: number) => void) => void {
  const slotSeenBy = new Int32Array(body.slots).fill(-1);
  const formSeenBy = new Int32Array(body.forms.length).fill(-1);
  return (reader, sources, found) => {
    const stack = [...sources];
    for (let source = stack.pop(); source !== undefined; source = stack.pop()) {
      const seenBy = source < 0 ? formSeenBy : slotSeenBy;
      const at = source < 0 ? -1 - source : source;
      if (seenBy[at] === reader) continue;
      seenBy[at] = reader;
      if (source < 0) stack.push(...formSources(body, source));
      else found(source);
    }
  };
}

/** What a form (a source below 0) reads, its conditions included. */
export function formSources(body: Body, source: Source): readonly Source[] {
  const form = body.forms[-1 - source];
  switch (form?.kind) {
    case 'first':
    case 'list':
      return form.of;
    case 'flat':
    case 'port':
      return [form.of];
    case 'guarded':
      return [form.of, ...conditionSources(body, form.by)];
    case 'value':
    case 'none':
    case undefined:
      return [];
  }
}

/** What conditions read. */
export function conditionSources(body: Body, conditions: readonly number[] = []): readonly Source[] {
  return conditions.flatMap(c => {
    const condition = body.conditions[c];
    if (!condition) return [];
    return condition.kind === 'is' ? [condition.of] : condition.of;
  });
}
