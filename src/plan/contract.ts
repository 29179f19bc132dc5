import type { Manifest, Ports as DocumentPorts } from '../document/document.js';
import { manifestDigest } from '../document/manifest-digest.js';
import type { JsonObject } from '../value/json.js';
import { under, type Place } from './place.js';
import { ITEMS, type PlanContract } from './plan.js';
import { readContractPolicy, type ContractPolicy } from './policy.js';
import { NO_PORTS, planPort, portTable, readPorts, type Port, type Ports, type PortTable } from './ports.js';
import { readCache } from './cache.js';
import type { Report } from './report.js';
import { itemsType } from './schema-of-form.js';

/** A manifest, read: the ports of a step in the order of plans, its options and its policy. */
export interface StepContract extends Ports {
  readonly kind: 'step';
  /** Those of `out` that its code gives when it ends: of a stream all but `items`. */
  readonly returned: PortTable;
  readonly options: PortTable;
  /** What a use that gives no options gets; undefined for a step that has none. */
  readonly defaults: JsonObject | undefined;
  readonly policy: ContractPolicy;
  readonly plan: PlanContract;
}

export function readContract(step: string, manifest: Manifest, place: Place, report: Report): StepContract {
  const inputs = readPorts(manifest.in, under(place, 'in'), report);
  const out = readPorts(manifest.out, under(place, 'out'), report);
  const options = readPorts(manifest.options, under(place, 'options'), report);
  const context = readPorts(manifest.context, under(place, 'context'), report);
  const cache = readCache(manifest, place, report);
  const yields = readYields(manifest, out, place, report);
  const cursor = readCursor(manifest, yields, place, report);
  return {
    kind: 'step',
    in: inputs,
    out: yields === undefined ? out : portTable([...out.list, itemsPort(yields)]),
    returned: out,
    options,
    defaults: defaultsOf(options),
    policy: readContractPolicy(manifest, place, report),
    plan: {
      step,
      digest: digestOf(manifest, { inputs, out, yields: yields ?? NO_PORTS, options, context }),
      ...(manifest.version !== undefined && { version: manifest.version }),
      ...(manifest.title !== undefined && { title: manifest.title }),
      ...(manifest.pure === true && { pure: true as const }),
      ...(cache && { cache }),
      ...(context.list.length > 0 && { context: context.list.map(({ name }) => name) }),
      in: inputs.list.map(planPort),
      out: out.list.map(planPort),
      ...(yields && { yields: yields.list.map(planPort) }),
      ...(cursor !== undefined && { cursor }),
    },
  };
}

/** What the items of a stream have; undefined for a step that is none. */
function readYields({ yields }: Manifest, out: PortTable, place: Place, report: Report): PortTable | undefined {
  if (yields === undefined) return undefined;
  const at = under(place, 'yields');
  if (Object.keys(yields).length === 0) {
    report('missing_output', at, '`yields` is empty: expected what the items of the stream have, at least one port');
  }
  if (out.index.has(ITEMS)) {
    const message = `"${ITEMS}" is reserved: the items of a stream are read by it; name the output otherwise`;
    report('reserved_name', under(under(place, 'out'), ITEMS), message);
  }
  return readPorts(yields, at, report);
}

/** Which of the yields it is. */
function readCursor({ cursor }: Manifest, yields: PortTable | undefined, place: Place, report: Report) {
  if (cursor === undefined) return undefined;
  const at = yields?.index.get(cursor);
  if (at !== undefined && yields?.list[at]?.optional === false) return at;
  const message = `\`cursor\` is a yield of a stream that is never absent: there is none "${cursor}"`;
  report('unknown_port', under(place, 'cursor'), message);
  return undefined;
}

const itemsPort = ({ list }: PortTable): Port => ({ name: ITEMS, schema: itemsType(list), optional: false });

/** Over the copies: what of the manifest was no JSON is reported already and not in them. */
function digestOf({ pure, version, cursor }: Manifest, tables: Tables): string {
  return manifestDigest({
    in: schemasOf(tables.inputs),
    out: schemasOf(tables.out),
    yields: schemasOf(tables.yields),
    options: schemasOf(tables.options),
    context: schemasOf(tables.context),
    ...(cursor !== undefined && { cursor }),
    ...(pure !== undefined && { pure }),
    ...(version !== undefined && { version }),
  });
}

type Tables = Readonly<Record<'inputs' | 'out' | 'yields' | 'options' | 'context', PortTable>>;

const schemasOf = ({ list }: PortTable): DocumentPorts =>
  Object.fromEntries(list.map(({ name, schema }) => [name, schema]));

function defaultsOf({ list }: PortTable): JsonObject | undefined {
  if (list.length === 0) return undefined;
  const filled = list.flatMap(({ name, default: value }) =>
    value?.inline === undefined ? [] : [[name, value.inline]],
  );
  return Object.freeze(Object.fromEntries(filled) as JsonObject);
}
