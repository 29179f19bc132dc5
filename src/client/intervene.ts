import { setTimeout as wait } from 'node:timers/promises';
import type { Decision } from '../engine/engine.js';
import { contentOf, type Intervention, type SentIntervention } from '../intervention/intervention.js';
import { INTERVENE } from '../protocol/names.js';
import { sentOf } from '../protocol/sent.js';
import { RefusedError } from '../run/refused-error.js';
import type { Intervened, InterveneOptions } from '../run/run.js';
import { sendIntervention } from '../step/send-interventions.js';
import { digestOf } from '../value/digest.js';
import type { Json } from '../value/json.js';
import type { Access } from './access.js';
import { ANSWER_LIMIT, type Updates } from './updates.js';
import type { Views } from './views.js';

/** What a run is asked and looked at with. */
export interface Channels {
  readonly access: Access;
  readonly updates: Updates;
  readonly views: Views;
}
/** Between two looks at what came of a signal, in milliseconds. */
const LOOK = 100;

/** Sends an intervention to a run and gives what it decided, if that is known in time. */
export async function intervene(
  channels: Channels,
  runId: string,
  given: Intervention,
  { onLate, timeout: limit = ANSWER_LIMIT }: InterveneOptions = {},
): Promise<Intervened> {
  const { id, ...content } = await sendIntervention({ ...given, ...(onLate && { onLate }) }, channels.access.store);
  // The same again is the same update; the same id with something else is another one, which the run refuses.
  const updateId = `${id}:${digestOf(content as unknown as Json).slice(0, 16)}`;
  const sent = { id, ...content };
  const asked = { name: INTERVENE, args: [sent], updateId, limit };
  const answer = await channels.updates.ask<Decision>(runId, asked);
  if (answer.kind === 'answered') return { id, ...answer.value };
  const decision = answer.kind === 'crowded' ? await seen(channels, runId, sent, Date.now() + limit) : undefined;
  return decision ? { id, ...decision } : { id, pending: true };
}

/** What the view says of an intervention that went as a signal, as soon as it does. Another one may have its id. */
async function seen(
  { views }: Channels,
  runId: string,
  sent: SentIntervention,
  until: number,
): Promise<Decision | undefined> {
  const text = textOf(sent);
  do {
    const { interventions = [] } = await views.of(runId);
    const known = interventions.find(state => state.id === sent.id && textOf(state) === text);
    if (known?.refused) throw new RefusedError(known.refused);
    if (known?.outcome) return { outcome: known.outcome, seq: known.seq };
    await wait(LOOK);
  } while (Date.now() < until);
  return undefined;
}

const textOf = (sent: SentIntervention): string => contentOf(sentOf(sent));
