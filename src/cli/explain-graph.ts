/** What a run of a graph would do, without running anything: `espalier graph explain`, `espalier run --explain`. */
import { databaseFor, blobsFor } from '../config/config.js';
import type { ExplainedNode, Explanation } from '../intervention/explain.js';
import type { CacheUse } from '../engine/known.js';
import type { SentIntervention } from '../intervention/intervention.js';
import { planInputs } from '../step/plan-inputs.js';
import { explainCached, type CacheSeen } from '../step/explain-cached.js';
import { buildIdOf } from '../store/build-id.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { JsonObject } from '../value/json.js';
import type { ExplainOptions } from './commands/graph.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { readInterventions } from './given-interventions.js';
import { dataDirOf, type ServerChoice } from './server-choice.js';
import { openStorage, type Storage } from '../store/storage.js';
import { loadGraph, type LoadedGraph } from './load/load-graph.js';
import { readInput } from './run-input.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';

/** What a run is to begin with. */
interface Beginning {
  readonly input: JsonObject;
  readonly sent: readonly SentIntervention[];
  readonly prune: boolean;
  readonly cache: CacheUse;
}

export async function explainGraph(source: string, options: ExplainOptions, terminal: Terminal): Promise<ExitCode> {
  const graph = await loadGraph(source, options);
  const input = await readInput(graph.plan, options.input, options.set ?? []);
  const { sent } = await readInterventions(graph, options);
  const { prune = false, cache = 'use' } = options;
  return printExplanation(graph, { input, sent, prune, cache }, options, terminal);
}

/** Throws for an input that is wrong; one that is missing is part of the explanation. */
export async function printExplanation(
  { plan, folders }: LoadedGraph,
  { input, sent, prune, cache }: Beginning,
  options: ServerChoice & { readonly output: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const inputs = await planInputs(plan, input, createMemoryStore(), { interventions: sent, prune, partial: true });
  const storage = await storageOf(options);
  try {
    const seen = plan.contracts.some(({ cache }) => cache) ? await cacheSeen(storage, folders, options) : undefined;
    const explanation = await explainCached({ plan, inputs, interventions: sent, options: { prune, cache } }, seen);
    terminal.print(options.output === 'text' ? explanationText(explanation) : JSON.stringify(explanation, null, 2));
    return EXIT.ok;
  } finally {
    await storage.close();
  }
}

function storageOf(choice: ServerChoice): Promise<Storage> {
  const dataDir = dataDirOf(choice);
  return openStorage({ blobs: blobsFor(dataDir), database: databaseFor(dataDir), tenant: tenantOf(choice) });
}

/** The step cache of this data folder, as a worker of these folders would use it. */
async function cacheSeen(
  storage: Storage,
  folders: readonly string[],
  choice: ServerChoice,
): Promise<CacheSeen | undefined> {
  const database = await storage.databaseIfThere();
  if (!database) return undefined;
  const buildId = await buildIdOf(folders, { without: [dataDirOf(choice)], warn: () => {} });
  const cache = database.stepCache(tenantOf(choice));
  return { cache, store: storage.blobs, ...(buildId !== undefined && { buildId }) };
}

const tenantOf = ({ namespace = 'default' }: ServerChoice): string => namespace;

const HEAD = ['NODE', 'STEP', 'VERDICT', 'WHY', 'BY'];

const row = ({ at, step, verdict, why, by }: ExplainedNode): readonly string[] => [
  at,
  step,
  verdict,
  why,
  by.join(', '),
];

function explanationText({ nodes, missing, unused, waiting }: Explanation): string {
  const facts = [
    ...missing.map(address => ['missing', address, 'nothing would be started']),
    ...waiting.map(address => ['waiting', address, 'the run begins, and waits for it']),
    ...unused.map(({ at, why }) => ['unused', at, why]),
  ];
  const parts = [nodes.length > 0 ? tableText([HEAD, ...nodes.map(row)]) : 'no nodes', tableText(facts)];
  return parts.filter(part => part !== '').join('\n\n');
}
