import { idProblem, portProblem } from '../document/ids.js';
import type { AnyContract } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { portProblems } from './port-schema.js';
import { isSchema } from './schema-parts.js';

const KINDS = { in: 'input', out: 'output', options: 'option' } as const;

/** Throws one `invalid_contract` that names everything wrong with the id, the port names and the schemas. */
export function checkContract(contract: AnyContract): void {
  const { kind, id } = contract;
  const idIs = typeof id === 'string' ? idProblem(id) : 'an id is text';
  const problems = [
    ...(idIs === undefined ? [] : [idIs]),
    ...(['in', 'out', 'options'] as const).flatMap(side => sideProblems(contract, side)),
  ];
  if (problems.length === 0) return;
  const list = problems.length === 1 ? ` ${problems[0]}` : problems.map(problem => `\n  ${problem}`).join('');
  throw new DefinitionError('invalid_contract', `${kind} ${JSON.stringify(id)} can't be defined:${list}`);
}

function sideProblems(contract: AnyContract, side: keyof typeof KINDS): string[] {
  const ports: unknown = contract[side];
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
