/** Reads payloads and failures of a history with the client's own data converter. */
import {
  decodeArrayFromPayloads,
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import type { Access } from './access.js';

export type Payloads = temporal.api.common.v1.IPayloads | null | undefined;
type ProtoFailure = temporal.api.failure.v1.IFailure | null | undefined;

export interface PayloadReader {
  /** The first payload; the caller knows by whom it was written. */
  first<T>(payloads: Payloads): Promise<T>;
  all(payloads: Payloads): Promise<readonly unknown[]>;
  /** The SDK's own failure class, as workflow code would have met it. */
  failure(failure: ProtoFailure): Promise<Error | undefined>;
}

export function createPayloadReader(
  { converter, namespace }: Pick<Access, 'converter' | 'namespace'>,
  workflowId: string,
): PayloadReader {
  const context = { type: 'workflow', namespace, workflowId } as const;
  return {
    first: payloads => decodeFromPayloadsAtIndex(converter, 0, payloads?.payloads, context),
    all: payloads => decodeArrayFromPayloads(converter, payloads?.payloads, context),
    failure: failure => decodeOptionalFailureToOptionalError(converter, failure, context),
  };
}
