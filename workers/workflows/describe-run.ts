import type { Engine, InterventionState, NodeState } from '../../src/engine/engine.js';

const MOST_ROWS = 50;
/** What people look for first. */
const ORDER: readonly NodeState['status'][] = [
  'failed',
  'running',
  'cancelled',
  'queued',
  'short-circuited',
  'pruned',
  'skipped',
  'completed',
  'cached',
  'waiting',
];

/** The run as Markdown for the Temporal UI: a line of counts, tables of at most 50 nodes and 50 interventions, and what it waits for. */
export function describeRun(engine: Engine): string {
  const byStatus = new Map<NodeState['status'], NodeState[]>(ORDER.map(status => [status, []]));
  for (const node of engine.nodes()) byStatus.get(node.status)?.push(node);
  const present = ORDER.map(status => byStatus.get(status) ?? []).filter(nodes => nodes.length > 0);
  const counts = present.map(nodes => `${nodes.length} ${nodes[0]?.status}`).join(', ');
  return [
    `**${engine.plan.title ?? engine.plan.graph}** is ${engine.status}: ${counts || 'no nodes'}`,
    '',
    ...table(['node', 'state', ''], present.flat(), nodeCells),
    ...waits(engine),
    ...changes(engine.interventions()),
  ].join('\n');
}

function waits(engine: Engine): readonly string[] {
  const ports = engine.waiting().map(({ address, deadline }) => {
    const until = deadline === undefined ? '' : ` until ${new Date(deadline).toISOString()}`;
    return `- waits for \`${address}\`${until}`;
  });
  const held = engine.holds.map(({ at }) => `- holds at \`${at}\` until it is continued`);
  const lines = [...held, ...ports];
  const hidden = lines.length - MOST_ROWS;
  if (lines.length === 0) return [];
  return ['', ...lines.slice(0, MOST_ROWS), ...(hidden > 0 ? [`- … ${hidden} more`] : [])];
}

function changes(interventions: readonly InterventionState[]): readonly string[] {
  if (interventions.length === 0) return [];
  const head = ['intervention', 'kind', 'outcome', 'effect', 'by', 'reason'];
  return ['', ...table(head, interventions.toReversed(), changeCells)];
}

const changeCells = ({
  at,
  kind,
  outcome,
  effect,
  by = '',
  reason = '',
  refused,
}: InterventionState): readonly string[] => [...[at, kind, outcome ?? `refused: ${refused?.code}`, effect, by, reason]];

function nodeCells(node: NodeState): readonly string[] {
  const attempt = node.generation > 1 ? `#${node.generation}` : '';
  return [node.address + attempt, node.status, node.failure?.message ?? progressText(node)];
}

const progressText = ({ progress }: NodeState): string =>
  progress === undefined ? '' : `${progress.done} done${progress.total === undefined ? '' : ` of ${progress.total}`}`;

function table<T>(
  head: readonly string[],
  rows: readonly T[],
  cells: (row: T) => readonly string[],
): readonly string[] {
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  const more = (hidden: number): string => `| … ${hidden} more ${'| '.repeat(head.length)}`.trimEnd();
  const lines = rows.slice(0, MOST_ROWS).map(row => line(cells(row).map(cell)));
  const hidden = rows.length - MOST_ROWS;
  return [line(head), line(head.map(() => '---')), ...lines, ...(hidden > 0 ? [more(hidden)] : [])];
}

/** Keeps text in its cell: a line break would end the table. */
function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\|/g, '\\|');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
