import { withoutIndices } from '../../src/document/address.js';
import type { Engine } from '../../src/engine/engine.js';
import type { EngineEvent } from '../../src/engine/event.js';
import type { Outcome, SentIntervention } from '../../src/intervention/intervention.js';

/** For people who look at the activity of a node: at which of its ports there is an intervention. */
export interface Notes {
  /** Before the commands of an event are done: there may be new ones. */
  learn(event: EngineEvent): void;
  /** `powder overridden`; undefined if there is none. */
  of(address: string): string | undefined;
}

/** `brew.coffee`, `brew/$in.powder` */
const PORT = /^(.+?)(?:\/\$in)?\.(\w+)$/;

export function createNotes(engine: Engine): Notes {
  const ports = new Map<string, Set<string>>();
  /** What came with the start, or is known from the link before; read when the first activity is. */
  let unread = true;

  function know({ at }: SentIntervention, outcome: Outcome | undefined): void {
    const [, node = '', port = ''] = PORT.exec(at) ?? [];
    if (outcome === undefined || outcome === 'too-late' || node === '') return;
    ports.set(node, (ports.get(node) ?? new Set()).add(port));
  }

  return {
    learn(event) {
      if (event.kind !== 'intervened' || unread) return;
      know(event.intervention, engine.decision(event.intervention.id)?.outcome);
    },
    of(address) {
      if (unread) for (const state of engine.interventions()) know(state, state.outcome);
      unread = false;
      if (ports.size === 0) return undefined;
      const found = new Set([...(ports.get(address) ?? []), ...(ports.get(withoutIndices(address)) ?? [])]);
      return found.size === 0 ? undefined : `${[...found].join(', ')} overridden`;
    },
  };
}
