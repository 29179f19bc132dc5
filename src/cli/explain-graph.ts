/** What a run of a graph would do, without running anything: `espalier graph explain`, `espalier run --explain`. */
import { explain, type ExplainedNode, type Explanation } from '../intervention/explain.js';
import type { SentIntervention } from '../intervention/intervention.js';
import type { Plan } from '../plan/plan.js';
import { planInputs } from '../step/plan-inputs.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { JsonObject } from '../value/json.js';
import type { ExplainOptions } from './commands/graph.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { readInterventions } from './given-interventions.js';
import { loadGraph } from './load/load-graph.js';
import { readInput } from './run-input.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';

/** What a run is to begin with. */
interface Beginning {
  readonly input: JsonObject;
  readonly sent: readonly SentIntervention[];
  readonly prune: boolean;
}

export async function explainGraph(source: string, options: ExplainOptions, terminal: Terminal): Promise<ExitCode> {
  const graph = await loadGraph(source, options);
  const input = await readInput(graph.plan, options.input, options.set ?? []);
  const { sent } = await readInterventions(graph, options);
  return printExplanation(graph.plan, { input, sent, prune: options.prune ?? false }, options.output, terminal);
}

/** Throws for an input that is wrong; one that is missing is part of the explanation. */
export async function printExplanation(
  plan: Plan,
  { input, sent, prune }: Beginning,
  output: string,
  terminal: Terminal,
): Promise<ExitCode> {
  const inputs = await planInputs(plan, input, createMemoryStore(), { interventions: sent, prune, partial: true });
  const explanation = explain(plan, inputs, sent, { prune });
  terminal.print(output === 'text' ? explanationText(explanation) : JSON.stringify(explanation, null, 2));
  return EXIT.ok;
}

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
