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
  'http',
  'watch',
  'cold',
] as const;
export type Part = (typeof PARTS)[number];

export interface Options {
  readonly only: ReadonlySet<Part>;
  readonly rounds: number;
  /** One round of small sizes: shows that everything works, not how fast. */
  readonly quick: boolean;
  /** Where the tables go. */
  readonly markdown?: string;
}

const USAGE = `npm run bench -- [--only ${PARTS.join(',')}] [--rounds N] [--markdown FILE] [--quick]`;

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
      markdown: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const { only, rounds, markdown, quick } = values;
  return {
    only: new Set(only.split(',').map(partOf)),
    rounds: quick ? 1 : countOf(rounds),
    quick,
    ...(markdown !== undefined && { markdown }),
  };
}

function partOf(name: string): Part {
  const part = PARTS.find(known => known === name);
  if (part) return part;
  throw new Error(`--only: there is no part ${JSON.stringify(name)}`);
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new Error(`--rounds: expected a whole number from 1, got ${JSON.stringify(text)}`);
}
