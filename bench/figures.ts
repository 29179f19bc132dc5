import { median } from './measure.js';
import type { Figures } from './report.js';

/** The median of each figure over the rounds; undefined of one that could be measured in none. */
export function mediansOf(rounds: readonly Figures[]): Figures {
  const names = Object.keys(rounds[0] ?? {});
  const known = (name: string): number[] => rounds.flatMap(figures => figures[name] ?? []);
  return Object.fromEntries(names.map(name => [name, known(name).length > 0 ? median(known(name)) : undefined]));
}

/** Each figure of one side to that of the other. */
export function ratioOf(of: Figures, to: Figures): Figures {
  return Object.fromEntries(Object.entries(of).map(([name, figure]) => [name, quotient(figure, to[name])]));
}

/** CPU that is less than a tick gives none. */
const quotient = (of: number | undefined, to: number | undefined): number | undefined =>
  of === undefined || to === undefined || to === 0 ? undefined : of / to;
