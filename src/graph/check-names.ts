import type { Recording } from './recording.js';

/** Whose options they are, for messages (`node "brew"`, `a use of step "brew"`), and which it takes. */
export interface Taker {
  readonly owner: string;
  readonly what: string;
  readonly known: readonly string[];
}

/** Throws `unsupported_option` for an option that is given but not taken. */
export function checkNames(recording: Recording, { owner, what, known }: Taker, options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (known.includes(name) || value === undefined) continue;
    const message = `${owner} has the option "${name}"; ${what} takes ${known.join(', ')}`;
    throw recording.error('unsupported_option', message);
  }
}
