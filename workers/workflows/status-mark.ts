import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Engine, EngineStatus } from '../../src/engine/engine.js';
import { STATUS_ATTRIBUTE } from '../../src/protocol/names.js';

/** The search attribute that says what Temporal's own status does not. A clean run never sets it. */
export interface StatusMark {
  /** After an event: the run may have been paused or resumed. */
  readonly update: () => void;
  end(status: EngineStatus, withErrors: boolean): void;
}

export function createStatusMark(engine: Engine, searchable: boolean): StatusMark {
  // A restored run that is paused was marked by the link before; search attributes are carried over.
  let marked: string | null = engine.status === 'paused' ? 'paused' : null;

  function mark(value: string | null): void {
    if (!searchable || marked === value) return;
    marked = value;
    upsertSearchAttributes([{ key: { name: STATUS_ATTRIBUTE, type: 'KEYWORD' }, value }]);
  }

  return {
    update() {
      if (engine.status === 'paused' || engine.status === 'running') mark(engine.status === 'paused' ? 'paused' : null);
    },
    end: (status, withErrors) => mark(status === 'completed' && withErrors ? 'completed_with_errors' : null),
  };
}
