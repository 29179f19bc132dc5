import type { CollectNode, EachNode, LoopNode, OnRunFailure, PortSchema } from '../document/document.js';
import type { ScopedUse, UnknownUse } from './local-body.js';
import { under, type Place } from './place.js';
import {
  ITEMS,
  scopeInputs,
  type FromItems,
  type FromList,
  type FromState,
  type PlanPort,
  type PlanScopes,
} from './plan.js';
import { readCount } from './policy.js';
import { NO_PORTS, planPort, portTable, readPorts, type Port } from './ports.js';
import type { Report } from './report.js';
import { refuseOthers } from './unsupported.js';

/** How many items of an each may be open at once if it doesn't say: more than may be in flight, so that none is idle. */
const CONCURRENCY = 1000;
/** How often a loop with a condition runs at most if it doesn't say (engine.md §5). */
const MOST_ITERATIONS = 100;

/** How many items of a stream may wait to be opened if it is not said. */
const BUFFER = 1000;
const EACH = ['each', 'concurrency', 'buffer', 'ordered', 'onFailure', 'nodes', 'out'];

/** What an each takes and gives. Its nodes, and so the types of what it gives, are read later. `yields`: of a stream. */
export function readEach(
  node: EachNode,
  yields: readonly PlanPort[] | undefined,
  place: Place,
  report: Report,
): ScopedUse {
  refuseOthers(node, EACH, 'an each', place, report);
  const { concurrency = CONCURRENCY, buffer = BUFFER, ordered = true, onFailure = 'continue', out = {} } = node;
  const names = Object.keys(out).sort();
  const limits = { concurrency: readCount(concurrency, under(place, 'concurrency'), report), ordered };
  if (yields === undefined) return itemsUse({ kind: 'list', ...limits }, names, onFailure);
  const most = readCount(buffer, under(place, 'buffer'), report);
  return itemsUse({ kind: 'items', yields, ...limits, buffer: most, onStreamFailure: 'keep' }, names, onFailure);
}

/** As `readEach`, of a collect: one without nodes, that gives what an item has. */
export function readCollect(
  node: CollectNode,
  yields: readonly PlanPort[] | undefined,
  place: Place,
  report: Report,
): ScopedUse | UnknownUse {
  refuseOthers(node, ['collect', 'partial'], 'a collect', place, report);
  if (yields === undefined) return { kind: 'unknown', in: portTable([required(ITEMS, {})]), out: NO_PORTS };
  const onStreamFailure = node.partial === true ? 'keep' : 'skip';
  const limits = { concurrency: CONCURRENCY, ordered: true, buffer: BUFFER };
  const names = yields.map(({ name }) => name);
  return itemsUse({ kind: 'items', yields, ...limits, onStreamFailure }, names, 'continue');
}

const itemsUse = (from: FromList | FromItems, outputs: readonly string[], onFailure: OnRunFailure): ScopedUse => ({
  kind: 'scoped',
  onFailure,
  from,
  in: portTable(itemsPorts(from)),
  out: portTable(outputs.map(name => required(name, {}))),
  fields: portTable([...itemFields(from), ordinal('$index')]),
});

const itemFields = (from: FromList | FromItems): readonly Port[] =>
  from.kind === 'list'
    ? [required('$item', {})]
    : from.yields.map(({ name, schema, optional = false }) => ({ name: itemField(name), schema, optional }));

/** What reads a yield in the body of an each. */
export const itemField = (name: string): string => `$item.${name}`;

/** As `readEach`, of a loop. */
export function readLoop(node: LoopNode, place: Place, report: Report): ScopedUse {
  refuseOthers(node, ['loop', 'in', 'nodes', 'next'], 'a loop', place, report);
  const { state, until, max, onLimit = 'fail' } = node.loop;
  const inLoop = under(place, 'loop');
  refuseOthers(node.loop, ['state', 'until', 'max', 'onLimit'], '`loop`', inLoop, report);
  const ports = readPorts(state, under(inLoop, 'state'), report);
  if (ports.index.has('iteration')) {
    report(
      'reserved_name',
      under(under(inLoop, 'state'), 'iteration'),
      '"iteration" is reserved: `until` reads the number of the iteration by it',
    );
  }
  if (until === undefined && max === undefined) {
    report('missing_option', inLoop, 'a loop needs `until`, `max`, or both: else it would never end');
  }
  const from: Omit<FromState, 'until'> = {
    kind: 'loop',
    state: ports.list.map(planPort),
    max: max === undefined ? MOST_ITERATIONS : readCount(max, under(inLoop, 'max'), report),
    onLimit,
  };
  const fields = ports.list.map(port => ({ ...port, name: `$state.${port.name}` }));
  return {
    kind: 'scoped',
    onFailure: 'stop',
    from,
    in: ports,
    out: ports,
    fields: portTable([...fields, ordinal('$iteration')]),
  };
}

const itemsPorts = (from: PlanScopes): readonly Port[] =>
  scopeInputs({ from }).map(({ name, schema }) => required(name, schema));

const required = (name: string, schema: PortSchema): Port => ({ name, schema, optional: false });
const ordinal = (name: string): Port => required(name, { type: 'integer', minimum: 0 });
