import { peeksOf } from '../expression/reads.js';
import type { FlatBody, Flattened, FlatNode } from './flat-body.js';
import { fieldCount, type PlanForm, type Source } from './plan.js';

/** By body, the parts of values that conditions read. */
export type Peeks = ReadonlyMap<FlatBody, BodyPeeks>;
/** By slot; and by `itemKey`, of what the items of a stream have. */
export type BodyPeeks = ReadonlyMap<SlotKey, readonly string[]>;
type SlotKey = number | `${number}.${string}`;

/** Of a yield of the stream whose `items` are at a slot. */
export const itemKey = (slot: number, name: string): SlotKey => `${slot}.${name}`;

/**
 * By slot: the parts of its value that conditions read, should it travel by ref: whoever makes the value sends them along.
 * A name is followed through what passes a value on as it is: `first`, ports, guards and sleeps; into the nodes of a loop
 * and out of them, to what is captured for them, and from an item to what the list was put together of, or to the stream
 * that yields it. Of such a list itself only the length is known to a condition, so nothing is asked of its parts.
 */
export function peeksBySlot(root: Flattened): Peeks {
  const found: Found = new Map();
  const bodies = bodiesOf(root);
  for (const body of bodies) {
    for (const condition of body.flat.conditions) {
      if (condition.kind !== 'expr') continue;
      const wanted = peeksOf(condition.ast);
      condition.names.forEach((name, i) => {
        const keys = wanted.get(name) ?? [];
        const source = condition.of[i];
        if (keys.length > 0 && source !== undefined) ask({ body, source, level: 0 }, keys, found);
      });
    }
  }
  return new Map([...found].map(([flat, slots]) => [flat, sorted(slots)]));
}

type Found = Map<FlatBody, Map<SlotKey, Set<string>>>;

const sorted = (slots: ReadonlyMap<SlotKey, ReadonlySet<string>>): BodyPeeks =>
  new Map([...slots].map(([slot, keys]) => [slot, Object.freeze([...keys].sort())]));

/** How deep in lists a part is looked for: a loop may flatten its state, each time from one level deeper. */
const DEEPEST = 16;

/** A body, with those inside it and where it is itself. */
interface Placed extends Flattened {
  readonly inside: Map<FlatNode, Placed>;
  readonly around?: { readonly body: Placed; readonly node: FlatNode };
}
interface At {
  readonly body: Placed;
  readonly source: Source;
  /** Of the items of a stream, which are at `source`: what each has by this name is meant. */
  readonly field?: string;
  /** 0: its value is meant; 1: the items of that; 2: the items of these. */
  readonly level: number;
}

function bodiesOf(root: Flattened): readonly Placed[] {
  const bodies: Placed[] = [{ ...root, inside: new Map() }];
  for (const body of bodies) {
    for (const node of body.flat.nodes) {
      if (node.use.kind !== 'scoped') continue;
      const inner: Placed = { ...node.use.inner, inside: new Map(), around: { body, node } };
      body.inside.set(node, inner);
      bodies.push(inner);
    }
  }
  return bodies;
}

function ask(from: At, keys: readonly string[], found: Found): void {
  const seen = new Map<Placed, Set<string>>();
  const stack = [from];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { body, source, field, level } = at;
    const known = seen.get(body) ?? new Set();
    const slot = field === undefined ? source : itemKey(source, field);
    const key = `${slot} ${level}`;
    if (known.has(key)) continue;
    seen.set(body, known.add(key));
    if (field === undefined) stack.push(...passedOn(at));
    if (source < 0 || level > 0) continue;
    const slots = found.get(body.flat) ?? new Map<SlotKey, Set<string>>();
    found.set(body.flat, slots.set(slot, new Set([...(slots.get(slot) ?? []), ...keys])));
  }
}

/** The sources whose value a source may hand on unchanged. */
function passedOn({ body, source, level }: At): readonly At[] {
  if (source < 0) return handedOn(body, body.flat.forms[-1 - source], level);
  const node = body.flat.nodes[body.flat.producer[source] ?? -1];
  if (node === undefined) return givenTo({ body, source, level });
  if (node.use.kind === 'sleep') return node.in.map(of => ({ body, source: of, level }));
  const inner = body.inside.get(node);
  const given = inner?.outputs[source - node.out];
  if (inner === undefined || given === undefined || node.use.kind !== 'scoped') return [];
  if (node.use.from.kind === 'loop') return [{ body: inner, source: given, level }];
  return level === 0 ? [] : [{ body: inner, source: given, level: level - 1 }];
}

function handedOn(body: Placed, form: PlanForm | undefined, level: number): readonly At[] {
  switch (form?.kind) {
    case 'first':
      return form.of.map(source => ({ body, source, level }));
    case 'list':
      return level === 0 ? [] : form.of.map(source => ({ body, source, level: level - 1 }));
    case 'flat':
      return level === 0 || level === DEEPEST ? [] : [{ body, source: form.of, level: level + 1 }];
    case 'port':
    case 'guarded':
      return [{ body, source: form.of, level }];
    case 'none':
    case 'value':
    case undefined:
      return [];
  }
}

/** What an input of the nodes of an each or a loop gets: from around, and of a state from the iteration before. */
function givenTo({ body, source, level }: At): readonly At[] {
  const { around, outputs } = body;
  if (around === undefined || around.node.use.kind !== 'scoped') return [];
  const { from, in: declared } = around.node.use;
  const sources = around.node.in;
  const fields = fieldCount(from);
  const outside = (given: Source | undefined, deeper = 0): readonly At[] =>
    given === undefined ? [] : [{ body: around.body, source: given, level: level + deeper }];
  // Behind the fields comes the ordinal, behind it what is captured.
  if (source > fields) return outside(sources[source - fields - 1 + declared.list.length]);
  if (source === fields) return [];
  if (from.kind === 'list') return outside(sources[source], 1);
  if (from.kind === 'items') {
    const field = from.yields[source]?.name ?? '';
    return outside(sources[0]).map(items => ({ ...items, field }));
  }
  const before = outputs[source];
  return [...outside(sources[source]), ...(before === undefined ? [] : [{ body, source: before, level }])];
}
