import { parseArgs } from 'node:util';

export const PARTS = [
  'chain',
  'fan-out',
  'layered',
  'small',
  'interventions',
  'compile',
  'cache',
  'reuse',
  'runner',
  'items',
  'first-item',
  'bodies',
  'loop',
  'http',
  'watch',
  'cold',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly only: ReadonlySet<Part>;
  readonly rounds: number;
  /** Of the loop. */
  readonly iterations: number;
  /** One round of small sizes: shows that everything works, not how fast. */
  readonly quick: boolean;
  /** Where the tables go. */
  readonly markdown?: string;
}

const USAGE = `npm run bench -- [--only ${PARTS.join(',')}] [--rounds N] [--iterations N] [--markdown FILE] [--quick]`;

/** Throws an error that ends with the usage when an argument makes no sense. */
export function readOptions(args: readonly string[]): Options {
  try {
    return parsedOptions(args);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function parsedOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: PARTS.join(',') },
      rounds: { type: 'string', default: '5' },
      iterations: { type: 'string', default: '1000' },
      markdown: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const { only, rounds, iterations, markdown, quick } = values;
  return {
    only: new Set(only.split(',').map(partOf)),
    rounds: quick ? 1 : countOf('--rounds', rounds, 1),
    iterations: countOf('--iterations', iterations, 10),
    quick,
    ...(markdown !== undefined && { markdown }),
  };
}

function partOf(name: string): Part {
  const part = PARTS.find(known => known === name);
  if (part) return part;
  throw new Error(`--only: there is no part ${JSON.stringify(name)}`);
}

function countOf(option: string, text: string, least: number): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least) return count;
  throw new Error(`${option}: expected a whole number from ${least}, got ${JSON.stringify(text)}`);
}
