import { indexBody, type BodyIndex } from '../plan/body-index.js';
import type { Plan, Source } from '../plan/plan.js';
import { INPUT, OVERRIDE, type SentIntervention } from './intervention.js';
import type { Place, Target } from './target.js';

/** An intervention that is effective at a place. */
export interface Cover {
  /** The order in which the run received it: the later one wins [I15]. */
  readonly seq: number;
  readonly sent: SentIntervention;
  readonly target: Target;
}

/** What is effective in one scope, one cover a place. */
export interface Covers {
  readonly slots: Map<number, Cover>;
  /** By node, then by input port. */
  readonly readers: Map<number, Map<number, Cover>>;
  readonly forms: Map<Source, Cover>;
  readonly results: Map<number, Cover>;
}

export const createCovers = (): Covers => ({
  slots: new Map(),
  readers: new Map(),
  forms: new Map(),
  results: new Map(),
});

export function coverAt(covers: Covers, place: Place): Cover | undefined {
  switch (place.kind) {
    case 'input':
    case 'output':
      return covers.slots.get(place.slot);
    case 'reader':
      return covers.readers.get(place.node)?.get(place.port);
    case 'form':
      return covers.forms.get(place.source);
    case 'result':
      return covers.results.get(place.output);
  }
}

export function setCover(covers: Covers, place: Place, cover: Cover | undefined): void {
  switch (place.kind) {
    case 'input':
    case 'output':
      return put(covers.slots, place.slot, cover);
    case 'reader': {
      const ports = covers.readers.get(place.node) ?? new Map<number, Cover>();
      put(ports, place.port, cover);
      return put(covers.readers, place.node, ports.size > 0 ? ports : undefined);
    }
    case 'form':
      return put(covers.forms, place.source, cover);
    case 'result':
      return put(covers.results, place.output, cover);
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** All of them. */
export const coversIn = ({ slots, readers, forms, results }: Covers): readonly Cover[] => [
  ...slots.values(),
  ...[...readers.values()].flatMap(ports => [...ports.values()]),
  ...forms.values(),
  ...results.values(),
];

/** Kinds that are no operate's name replace what is there. */
export const replaces = ({ kind }: SentIntervention): boolean => kind === OVERRIDE || kind === INPUT;

/** Whether it can stand in for a step that is not executed [I3]. */
export const canStandIn = (sent: SentIntervention): boolean => sent.kind === OVERRIDE || sent.shortCircuit === true;

/**
 * Why an intervention has no effect in any run of the plan, though it is none wrong: an `input` where something else feeds
 * the port [I1].
 */
export function ineffective(plan: Plan, { place, body }: Target, { kind }: SentIntervention): string | undefined {
  if (kind !== INPUT || place.kind === 'input') return undefined;
  const nodes = plan.bodies[body]?.nodes;
  const source = place.kind === 'reader' ? nodes?.[place.node]?.in[place.port] : undefined;
  if (source !== undefined && isDangling(plan, body, source)) return undefined;
  return place.kind === 'output' || place.kind === 'result'
    ? 'the port is produced by the graph; an input supplies one that nothing feeds'
    : 'the port is fed by an edge; an input supplies one that nothing feeds';
}

/** Nothing is wired to it: it is absent, or has its default. */
function isDangling(plan: Plan, body: number, source: Source): boolean {
  const form = source < 0 ? plan.bodies[body]?.forms[-1 - source] : undefined;
  return form?.kind === 'none' || form?.kind === 'value';
}

/** What follows from a plan alone, per body. */
const indices = new WeakMap<Plan, readonly BodyIndex[]>();

export function indexOf(plan: Plan): readonly BodyIndex[] {
  const known = indices.get(plan);
  if (known) return known;
  const index = plan.bodies.map(indexBody);
  indices.set(plan, index);
  return index;
}
