/** Test only: bundled with the interpreter, it hands out the engine's snapshot after every activation of a replay. */
import { proxySinks, workflowInfo, type WorkflowInterceptors } from '@temporalio/workflow';
import type { EngineStatus } from '../../src/engine/engine.js';
import type { Snapshot } from '../../src/engine/snapshot.js';
import { current } from '../../workers/workflows/current.js';

export interface Activation {
  /** The id of its WorkflowTaskStarted. */
  readonly event: number;
  readonly status: EngineStatus;
  readonly snapshot: Snapshot;
}
// A type, not an interface: the SDK wants an index signature.
export type ActivationSinks = { readonly espalier: { concluded(activation: Activation): void } };

const { espalier } = proxySinks<ActivationSinks>();

export function interceptors(): WorkflowInterceptors {
  return {
    internals: [
      {
        concludeActivation(input, next) {
          const output = next(input);
          const { engine } = current;
          const event = workflowInfo().historyLength;
          if (engine) espalier.concluded({ event, status: engine.status, snapshot: engine.snapshot() });
          return output;
        },
      },
    ],
  };
}
