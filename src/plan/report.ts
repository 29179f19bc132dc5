import type { Issue } from '../document/issue.js';
import { nearest } from '../schema/nearest.js';
import { pathOf, type Place } from './place.js';

/** What compile may find wrong with a document. Each code means one mistake, wherever it stands. */
export type GraphIssueCode =
  | 'unknown_step'
  | 'unknown_graph'
  | 'unknown_node'
  | 'unknown_port'
  | 'unknown_option'
  | 'missing_option'
  | 'missing_output'
  | 'missing_input'
  | 'unsupported_option'
  | 'self_loop'
  | 'cycle'
  | 'stream_needs_each'
  | 'stream_feedback'
  | 'type_mismatch'
  | 'bad_literal'
  | 'bad_expression'
  | 'bad_schema'
  | 'bad_policy'
  | 'bad_duration'
  | 'wrong_type'
  | 'bad_id'
  | 'reserved_name'
  | 'duplicate_id'
  | 'too_deep'
  | 'too_large';

/** Where stages put what they find; they go on with what is left. */
export type Report = (code: GraphIssueCode, place: Place | undefined, message: string) => void;

/** Reports into `issues`. */
export const reportInto =
  (issues: Issue[]): Report =>
  (code, place, message) =>
    void issues.push({ code, path: pathOf(place), message });

/** Looking for a near name takes time for each name there is: in large graphs the message does without. */
export const MOST_CANDIDATES = 2000;

/** The most names that a message lists. */
const MOST_LISTED = 8;

/** What was expected where a name is unknown: `: did you mean "water"?`, or all there is, if that is few. */
export function suggestion(name: string, known: ReadonlyMap<string, unknown>): string {
  if (known.size === 0) return ': there are none';
  const near = known.size > MOST_CANDIDATES ? undefined : nearest(name, known.keys());
  if (near !== undefined) return `: did you mean "${near}"?`;
  if (known.size > MOST_LISTED) return '';
  const names = [...known.keys()].map(each => `"${each}"`).join(', ');
  return known.size === 1 ? `: expected ${names}` : `: expected one of ${names}`;
}
