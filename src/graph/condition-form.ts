import type { Condition, Form } from '../document/document.js';
import { portForm } from './port-form.js';
import { portFacts } from './port-ref.js';
import type { Recording } from './recording.js';

/** The form of a boolean port, or of an expression over ports; else `not_a_port`. `at` for messages: `node "brew", when`. */
export function conditionForm(recording: Recording, at: string, given: unknown): Condition {
  if (portFacts(given) !== undefined) return portForm(recording, at, given);
  if (typeof given !== 'object' || given === null || !('expr' in given) || typeof given.expr !== 'string') {
    throw recording.error('not_a_port', `${at}: expected a boolean port, or { expr, in }`);
  }
  const names: object = 'in' in given && typeof given.in === 'object' ? (given.in ?? {}) : {};
  const forms = Object.entries(names).map(([name, value]): [string, Form] => [
    name,
    portForm(recording, `${at}, name "${name}"`, value),
  ]);
  return { expr: given.expr, in: Object.fromEntries(forms) };
}
