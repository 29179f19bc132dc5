/**
 * Requests that a run answers: sent as an update, and where no answer comes in time (no worker is up, the server takes no
 * more updates) as a signal, which is durable. Both may arrive: such a request does the same once as twice.
 */
import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { Failure } from '../engine/failure.js';
import { Lanes, MOST_AT_ONCE } from '../protocol/lanes.js';
import { TOO_MANY_UPDATES } from '../protocol/names.js';
import { RefusedError } from '../run/refused-error.js';
import type { Access } from './access.js';
import { grpcCode, INVALID_ARGUMENT } from './call.js';
import { request } from './requests.js';

export const ANSWER_LIMIT = 3_000;

export interface Asked {
  readonly name: string;
  readonly args: readonly unknown[];
  /** The server acts once upon those of the same id. */
  readonly updateId?: string;
  /** How long to wait for the answer, in milliseconds. */
  readonly limit?: number;
}
/** `late`: no worker has answered; `crowded`: the server takes no more updates now, but workers may be there. */
export type Answer<T> = { readonly kind: 'answered'; readonly value: T } | { readonly kind: 'late' | 'crowded' };

export class Updates {
  private readonly lanes = new Lanes(MOST_AT_ONCE);

  constructor(private readonly access: Access) {}

  /** Throws `RefusedError`, `not_found`, `run_finished`, `not_reachable`. Unless answered, the request is kept as a signal. */
  async ask<T>(runId: string, asked: Asked): Promise<Answer<T>> {
    const answer = await this.lanes.run(runId, () => this.update<T>(runId, asked));
    if (answer.kind !== 'answered') await request(this.access, runId, asked.name, ...asked.args);
    return answer;
  }

  private async update<T>(runId: string, { name, args, updateId, limit = ANSWER_LIMIT }: Asked): Promise<Answer<T>> {
    const { client } = this.access;
    const handle = client.getHandle(runId);
    const [first, ...rest] = args;
    const all: [unknown, ...unknown[]] = [first, ...rest];
    const options = { args: all, ...(updateId !== undefined && { updateId }) };
    try {
      const send = () => handle.executeUpdate<T, [unknown, ...unknown[]]>(name, options);
      return { kind: 'answered', value: await client.withDeadline(Date.now() + limit, send) };
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return refusedBy(error);
      if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'late' };
      const code = grpcCode(error);
      // The signal that follows says whether the run has ended, or never was.
      if (error instanceof WorkflowNotFoundError) return { kind: 'late' };
      if (code === undefined || code === INVALID_ARGUMENT) throw error;
      return { kind: 'crowded' };
    }
  }
}

function refusedBy(error: WorkflowUpdateFailedError): { readonly kind: 'crowded' } {
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) throw error;
  if (cause.type === TOO_MANY_UPDATES) return { kind: 'crowded' };
  const [failure] = (cause.details ?? []) as readonly (Failure | undefined)[];
  throw new RefusedError(failure ?? { code: cause.type ?? 'refused', message: cause.message }, { cause: error });
}
