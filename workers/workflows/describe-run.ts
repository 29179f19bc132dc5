import type { Engine, NodeState } from '../../src/engine/engine.js';

const MOST_ROWS = 50;
/** What people look for first. */
const ORDER: readonly NodeState['status'][] = [
  'failed',
  'running',
  'cancelled',
  'queued',
  'skipped',
  'completed',
  'waiting',
];

/** The run as Markdown for the Temporal UI: a line of counts and a table of at most 50 nodes. */
export function describeRun(engine: Engine): string {
  const byStatus = new Map<NodeState['status'], NodeState[]>(ORDER.map(status => [status, []]));
  for (const node of engine.nodes()) byStatus.get(node.status)?.push(node);
  const present = ORDER.map(status => byStatus.get(status) ?? []).filter(nodes => nodes.length > 0);
  const counts = present.map(nodes => `${nodes.length} ${nodes[0]?.status}`).join(', ');
  const rows = present.flat();
  const hidden = rows.length - MOST_ROWS;
  return [
    `**${engine.plan.title ?? engine.plan.graph}** is ${engine.status}: ${counts || 'no nodes'}`,
    '',
    '| node | state | |',
    '| --- | --- | --- |',
    ...rows.slice(0, MOST_ROWS).map(row),
    ...(hidden > 0 ? [`| … ${hidden} more | | |`] : []),
  ].join('\n');
}

function row(node: NodeState): string {
  const attempt = node.generation > 1 ? `#${node.generation}` : '';
  return `| ${cell(node.address + attempt)} | ${node.status} | ${cell(node.failure?.message ?? '')} |`;
}

/** Keeps text in its cell: a line break would end the table. */
function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\|/g, '\\|');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
