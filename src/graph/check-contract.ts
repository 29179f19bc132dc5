import type { Duration } from '../document/document.js';
import { parseDuration } from '../document/duration.js';
import { idProblem, portProblem } from '../document/ids.js';
import { quote } from '../value/quote.js';
import type { AnyContract, AnyStep } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { portProblems } from './port-schema.js';
import { isSchema } from './schema-parts.js';

const KINDS = { in: 'input', out: 'output', options: 'option', context: 'context' } as const;
type Checked = AnyContract & Partial<Pick<AnyStep, 'pure' | 'cache' | 'context'>>;

/** Throws one `invalid_contract` that names everything wrong with the id, the port names, the schemas and the caching. */
export function checkContract(contract: Checked): void {
  const { kind, id } = contract;
  const idIs = typeof id === 'string' ? idProblem(id) : 'an id is text';
  const problems = [
    ...(idIs === undefined ? [] : [idIs]),
    ...(['in', 'out', 'options', 'context'] as const).flatMap(side => sideProblems(contract, side)),
    ...cacheProblems(contract),
  ];
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0]}` : problems.map(problem => `\n  ${problem}`).join('');
  throw new DefinitionError('invalid_contract', `${kind} ${JSON.stringify(id)} can't be defined:${list}`);
}

function sideProblems(contract: Checked, side: keyof typeof KINDS): string[] {
  const { context = {} } = contract;
  const ports: unknown = { ...contract, context }[side];
  if (typeof ports !== 'object' || ports === null || Array.isArray(ports)) {
    return [`\`${side}\` must be an object of zod schemas by port name, such as { text: z.string() }`];
  }
  return Object.entries(ports).flatMap(([name, schema]) => {
    const naming = portProblem(name);
    if (naming !== undefined) return [`${KINDS[side]} ${JSON.stringify(name)}: ${naming}`];
    if (!isSchema(schema)) return [`${KINDS[side]} "${name}": expected a zod schema, such as z.string()`];
    const isGraphInput = contract.kind === 'graph' && side === 'in';
    return portProblems(schema, isGraphInput).map(
      ({ path, message }) => `${KINDS[side]} "${name}"${path && ` at ${path}`}: ${message}`,
    );
  });
}

function cacheProblems({ cache, pure }: Pick<AnyStep, 'pure' | 'cache'>): readonly string[] {
  if (cache === undefined) return [];
  if (cache !== true && !hasTime(cache)) return [`cache: expected true or { ttl: '1h' }, got ${quote(cache)}`];
  return pure === true ? [] : ['cache: only the results of a pure step can be cached; say `pure: true` beside it'];
}

/** JavaScript may say anything. */
const hasTime = (cache: unknown): boolean =>
  typeof cache === 'object' && cache !== null && 'ttl' in cache && Boolean(parseDuration(cache.ttl as Duration));
