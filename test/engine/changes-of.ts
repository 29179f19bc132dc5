import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';

type More = Partial<SentIntervention>;

/** Interventions as a run receives them; the address is the id, unless another is given. */
export const override = (at: string, json: Json, more: More = {}): SentIntervention => ({
  id: at,
  at,
  kind: 'override',
  value: literal(json),
  ...more,
});
export const input = (at: string, json: Json, more: More = {}): SentIntervention =>
  override(at, json, { kind: 'input', ...more });
export const operate = (at: string, kind: string, json: Json, more: More = {}): SentIntervention =>
  override(at, json, { kind, ...more });
/** Its value is asked for when something needs it. */
export const lazy = (at: string, more: More = {}): SentIntervention => ({
  id: at,
  at,
  kind: 'override',
  resolve: { name: 'find', args: { a: 1 } },
  ...more,
});
