import type { WaitingPort } from '../engine/engine.js';
import type { PortSchema } from '../document/document.js';
import { explain, type Explanation } from '../intervention/explain.js';
import { describeSchema } from '../schema/describe.js';
import { planInputs } from '../step/plan-inputs.js';
import { createMemoryStore } from '../store/memory-store.js';
import { EspalierError } from '../value/espalier-error.js';
import type { WantedRun } from './run-graph.js';
import { quotedCommand } from './shell.js';
import { timeText } from './words.js';

type Waiting = Pick<WaitingPort, 'address' | 'schema' | 'deadline'>;

/** ``$in.approval (boolean) until 2026-11-23 01:02:03: `espalier pin review-1 '$in.approval=true'` gives it`` */
export function waitingText(id: string, { address, schema, deadline }: Waiting, where: readonly string[]): string {
  const until = deadline === undefined ? '' : ` until ${timeText(deadline)}`;
  return `${address} (${describeSchema(schema)})${until}: ${pinCommand(id, address, schema, where)} gives it`;
}

function pinCommand(id: string, address: string, schema: PortSchema, where: readonly string[]): string {
  const sample = describeSchema(schema) === 'boolean' ? 'true' : 'VALUE';
  // At an input of the run that goes without saying.
  const kind = address.startsWith('$in.') ? [] : ['--kind', 'input'];
  return quotedCommand(['pin', id, `${address}=${sample}`, ...kind, ...where]);
}

/** Of a run that nobody can reach: throws `missing_input` for what only somebody outside gives, or days of waiting. */
export function requireAnswers(waiting: readonly Waiting[]): void {
  if (waiting.length === 0) return;
  const pins = waiting.map(({ address }) => `--pin '${address}=…'`).join(' ');
  const list = waiting.map(({ address }) => address).join(', ');
  throw new EspalierError(
    'missing_input',
    `${list}: nobody can give it to a run in this process; say it at the start: ${pins}`,
  );
}

/** What is known of a run before it begins: ports that it will wait for, and interventions that can't do anything. */
export interface Foreseen {
  readonly waiting: readonly Waiting[];
  readonly unused: Explanation['unused'];
}

export async function foresee({ graph, input, interventions, settings }: WantedRun): Promise<Foreseen> {
  const { plan } = graph;
  const { sent } = interventions;
  const { prune = false } = settings;
  const inputs = await planInputs(plan, input, createMemoryStore(), { interventions: sent, prune });
  const { waiting, unused } = explain(plan, inputs, sent, { prune });
  const ports = [...plan.inputs.map(port => ({ ...port, address: `$in.${port.name}` })), ...plan.open];
  return { waiting: ports.filter(({ address }) => waiting.includes(address)), unused };
}
