import { upsertSearchAttributes } from '@temporalio/workflow';
import type { Finish } from '../../src/engine/command.js';
import type { Engine } from '../../src/engine/engine.js';
import { OVERRIDDEN_ATTRIBUTE, STATUS_ATTRIBUTE } from '../../src/protocol/names.js';
import { endedStatus } from '../../src/run/view.js';

/** The search attributes that say what Temporal's own status does not. A clean run never sets them. */
export interface StatusMark {
  /** After an event: the run may have been paused or resumed. */
  readonly update: () => void;
  end(finish: Finish): void;
}

export function createStatusMark(engine: Engine, searchable: boolean): StatusMark {
  // A restored run that is paused was marked by the link before; search attributes are carried over.
  let marked: string | null = engine.status === 'paused' ? 'paused' : null;

  function mark(value: string | null, overridden?: true): void {
    if (!searchable) return;
    const status = marked === value ? [] : [{ key: { name: STATUS_ATTRIBUTE, type: 'KEYWORD' }, value } as const];
    const flag = overridden ? [{ key: { name: OVERRIDDEN_ATTRIBUTE, type: 'BOOL' }, value: true } as const] : [];
    marked = value;
    if (status.length + flag.length > 0) upsertSearchAttributes([...status, ...flag]);
  }

  return {
    update() {
      if (engine.status === 'paused' || engine.status === 'running') mark(engine.status === 'paused' ? 'paused' : null);
    },
    end(finish) {
      const status = endedStatus(finish);
      mark(status.startsWith('completed_with') ? status : null, finish.overridden);
    },
  };
}
