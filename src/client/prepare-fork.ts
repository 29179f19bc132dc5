import type { RunOptions } from '../engine/options.js';
import type { AnyGraph } from '../graph/contract.js';
import { bind } from '../intervention/bind.js';
import type { Intervention } from '../intervention/intervention.js';
import { forkOf, type Fork } from '../run/fork.js';
import type { RunSource } from '../run/source.js';
import { InvalidInputError } from '../step/invalid-input-error.js';
import { graphInputs, planInputs } from '../step/plan-inputs.js';
import { sendInterventions } from '../step/send-interventions.js';
import type { BlobStore } from '../store/blob-store.js';
import { goneNodes } from './gone-nodes.js';

/** What a fork changes. Nothing: then exactly what did not complete runs again. */
export interface ForkChanges {
  /** Beside those of the source, and instead of it where both work at one port. */
  readonly interventions?: readonly Intervention[];
  /** Those that are not there are as in the source: code side of a run that was found with its graph, else JSON. */
  readonly input?: object;
  /** What is to be treated as changed: a node, or all of a nested graph, to execute it again; a port, what reads it. */
  readonly from?: readonly string[];
  readonly prune?: boolean;
}

/**
 * What a fork of a run begins with. Throws `unknown_address`, `InvalidInputError` and `InvalidInterventionError` before
 * anything is stored.
 */
export async function prepareFork(
  source: RunSource,
  { interventions: given = [], input = {}, from = [], prune = source.options.prune ?? false }: ForkChanges,
  graph: AnyGraph | undefined,
  store: BlobStore,
): Promise<Fork & { readonly options: RunOptions }> {
  const { plan } = source;
  forkOf(source, { from });
  // What a source has by the same id is another one.
  const named = given.map(intervention => ({ id: crypto.randomUUID(), ...intervention }));
  const interventions = await sendInterventions(plan, named, store);
  const begun = { partial: true };
  const inputs = graph
    ? await graphInputs(graph, plan, input, store, begun)
    : await planInputs(plan, { ...input }, store, begun);
  const change = { interventions, inputs, from };
  const first = forkOf(source, change);
  const gone = await goneNodes(first.known, store);
  const fork = gone.length === 0 ? first : forkOf(source, { ...change, gone });
  const { missing } = bind(plan, new Set(Object.keys(fork.inputs)), fork.interventions, { prune });
  const issues = missing.map(address => ({ code: 'missing_input' as const, address, message: 'is missing' }));
  if (issues.length > 0) throw new InvalidInputError(issues);
  const { breakpoints: _, deadline: __, ...options } = source.options;
  return { ...fork, options: { ...options, cache: 'refresh' } };
}
