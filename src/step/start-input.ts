import type { Given, Ports } from '../graph/ports.js';
import type { Intervention } from '../intervention/intervention.js';

/** The input of a typed graph; with interventions it may be partial: what they supply or make needless is not asked for. */
export type InputOrInterventions<I extends Ports> =
  {} extends Given<I>
    ? { readonly input?: Given<I> }
    : | { readonly input: Given<I> }
      | { readonly input?: Partial<Given<I>>; readonly interventions: readonly Intervention[] };
