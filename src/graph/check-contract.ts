import type { Duration } from '../document/document.js';
import { ITEMS } from '../document/body.js';
import { parseDuration } from '../document/duration.js';
import { idProblem, portProblem } from '../document/ids.js';
import type { Json } from '../value/json.js';
import { quote } from '../value/quote.js';
import type { AnyContract, StepContract } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { mayBeAbsent, portProblems } from './port-schema.js';
import type { Ports } from './ports.js';
import { isSchema } from './schema-parts.js';

const KINDS = { in: 'input', out: 'output', yields: 'yield', options: 'option', context: 'context' } as const;
type Checked = AnyContract &
  Partial<Pick<StepContract<string, Ports, Ports>, 'pure' | 'cache'>> & {
    readonly context?: Ports;
    readonly yields?: Ports;
    readonly cursor?: unknown;
  };

/** Throws one `invalid_contract` that names everything wrong with the id, the port names, the schemas and the caching. */
export function checkContract(contract: Checked): void {
  const { kind, id } = contract;
  const idIs = typeof id === 'string' ? idProblem(id) : 'an id is text';
  const problems = [
    ...(idIs === undefined ? [] : [idIs]),
    ...(['in', 'out', 'options', 'context'] as const).flatMap(side => sideProblems(contract, side)),
    ...(contract.kind === 'stream' ? streamProblems(contract) : cacheProblems(contract)),
  ];
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0]}` : problems.map(problem => `\n  ${problem}`).join('');
  throw new DefinitionError('invalid_contract', `${kind} ${JSON.stringify(id)} can't be defined:${list}`);
}

function sideProblems(contract: Checked, side: keyof typeof KINDS): readonly string[] {
  const { context = {}, yields } = contract;
  const isGraphInput = contract.kind === 'graph' && side === 'in';
  return tableProblems(side, KINDS[side], { ...contract, context, yields }[side], isGraphInput);
}

/** What keeps `ports` from being ports, one line each. `side`, `kind` for messages: `in`, `input`. Only a graph's inputs may be awaited. */
export function tableProblems(side: string, kind: string, ports: unknown, isGraphInput = false): readonly string[] {
  if (typeof ports !== 'object' || ports === null || Array.isArray(ports)) {
    return [`\`${side}\` must be an object of zod schemas by port name, such as { text: z.string() }`];
  }
  return Object.entries(ports).flatMap(([name, schema]) => {
    const naming = portProblem(name);
    if (naming !== undefined) return [`${kind} ${JSON.stringify(name)}: ${naming}`];
    if (!isSchema(schema)) return [`${kind} "${name}": expected a zod schema, such as z.string()`];
    return portProblems(schema, isGraphInput).map(
      ({ path, message }) => `${kind} "${name}"${path && ` at ${path}`}: ${message}`,
    );
  });
}

function streamProblems(contract: Checked): readonly string[] {
  const { out, yields = {}, cache, cursor } = contract;
  const table = sideProblems(contract, 'yields');
  const isEmpty = table.length === 0 && Object.keys(yields).length === 0;
  const isCursor =
    cursor === undefined ||
    (typeof cursor === 'string' && Object.hasOwn(yields, cursor) && !mayBeAbsent(yields[cursor] as Ports[string]));
  return [
    ...table,
    ...(isCursor || table.length > 0
      ? []
      : [`cursor: expected one of its yields that is never absent, got ${quote(cursor as Json)}`]),
    ...(isEmpty ? ['`yields` is empty; a stream says what its items have, one without items is a step'] : []),
    ...(Object.hasOwn(out ?? {}, ITEMS) ? [`output "${ITEMS}": so its items are called; name it otherwise`] : []),
    ...(cache === undefined ? [] : ['cache: the items of a stream are not kept; only a step can be cached']),
  ];
}

function cacheProblems({ cache, pure }: Checked): readonly string[] {
  if (cache === undefined) return [];
  if (cache !== true && !hasTime(cache)) return [`cache: expected true or { ttl: '1h' }, got ${quote(cache)}`];
  return pure === true ? [] : ['cache: only the results of a pure step can be cached; say `pure: true` beside it'];
}

/** JavaScript may say anything. */
const hasTime = (cache: unknown): boolean =>
  typeof cache === 'object' && cache !== null && 'ttl' in cache && Boolean(parseDuration(cache.ttl as Duration));
