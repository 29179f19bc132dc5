import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ANSWER_LIMIT } from '../client/updates.js';
import type { Fed as FedEvent } from '../engine/event.js';
import { MOST_ID_LENGTH } from '../intervention/intervention.js';
import { contentOf } from '../engine/taken.js';
import type { Plan } from '../plan/plan.js';
import { FEED } from '../protocol/names.js';
import { RefusedError } from '../run/refused-error.js';
import { sealContext } from '../seal/context.js';
import { checkContext, type RunContext } from '../seal/run-context.js';
import { InvalidInputError } from '../step/invalid-input-error.js';
import type { AddressedInputs } from '../step/plan-inputs.js';
import type { Prepared } from '../step/runnable.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { Value } from '../value/value.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';
import { takenOf } from './state.js';

export interface FeedOptions {
  /** What its steps need and nobody may record; sealed here. */
  readonly context?: RunContext;
  /** An input whose id came before is taken once. Default: a random one. */
  readonly id?: string;
}
/** The number of the input; `pending`: it is kept, and has none yet, since no worker has answered. */
export type Accepted =
  | { readonly id: string; readonly seq: number; readonly pending?: undefined }
  | { readonly id: string; readonly pending: true; readonly seq?: undefined };

/** Between two looks at what came of a signal, in milliseconds. */
const LOOK = 100;

/**
 * Gives a workflow an input. When this ends it is kept, whatever happens to workers and servers. Throws `InvalidInputError`,
 * `not_found`, `run_finished`.
 */
export async function feedInput(
  house: House,
  workflow: string,
  { plan, encode }: Pick<Prepared, 'plan' | 'encode'>,
  input: Readonly<Record<string, unknown>>,
  { context, id = randomUUID() }: FeedOptions,
): Promise<Accepted> {
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID_LENGTH) {
    throw new EspalierError('invalid_option', `id: expected 1 to ${MOST_ID_LENGTH} characters, got ${quote(id)}`);
  }
  const sealed = await sealedContext(house, workflow, plan, context);
  const values = valuesOf(plan, await encode(input, house.blobs));
  const fed: Omit<FedEvent, 'kind'> = { id, plan: plan.hash, values, ...(sealed !== undefined && { context: sealed }) };
  // The server answers a repeat itself: what has other values is another update.
  const asked = { name: FEED, args: [fed], updateId: `feed:${id}:${contentOf(values)}` };
  const answer = await house.updates.ask<{ readonly seq?: number }>(runIdOf(house.name, workflow), asked);
  if (answer.kind === 'answered' && answer.value.seq !== undefined) return { id, seq: answer.value.seq };
  return accepted(house, workflow, fed, answer.kind === 'late' ? Date.now() : Date.now() + ANSWER_LIMIT);
}

/** It went as a signal: its number, as soon as the history has it. */
async function accepted(house: House, workflow: string, fed: Omit<FedEvent, 'kind'>, until: number): Promise<Accepted> {
  const { id } = fed;
  for (;;) {
    const { seq, refusal, isOver } = await takenOf(house, workflow, fed);
    if (refusal && refusal.code !== 'run_finished') throw new RefusedError(refusal);
    if (seq !== undefined) return { id, seq };
    if (isOver) throw new RefusedError({ code: 'run_finished', message: `workflow ${workflow} has been stopped` });
    if (Date.now() >= until) return { id, pending: true };
    await wait(LOOK);
  }
}

/** One per input of the graph, then one per open port. */
function valuesOf({ inputs, open }: Plan, given: AddressedInputs): readonly (Value | null)[] {
  const ports = [
    ...inputs.map(port => ({ ...port, address: `$in.${port.name}` })),
    ...open.map(port => ({ ...port, optional: undefined })),
  ];
  // A run could wait for it; an input of a runner is whole.
  const missing = ports.filter(port => port.awaited && !port.default && !port.optional && !given[port.address]);
  if (missing.length > 0) {
    throw new InvalidInputError(
      missing.map(({ address }) => ({ code: 'missing_input', address, message: 'is missing' })),
    );
  }
  return ports.map(({ address, default: otherwise }) => given[address] ?? otherwise ?? null);
}

async function sealedContext(
  { access: { keys, namespace: tenant }, name }: House,
  workflow: string,
  plan: Plan,
  context: RunContext | undefined,
): Promise<string | undefined> {
  if (context === undefined) return undefined;
  checkContext(plan, context);
  return sealContext(context, keys, { tenant, graph: plan.graph, runId: runIdOf(name, workflow) });
}
