/** What a run looks like now, for people: facts, nodes, interventions, outputs. */
import type { InterventionState } from '../engine/engine.js';
import type { NodeView, RunView } from '../run/run.js';
import { provenanceText } from '../run/miss-text.js';
import { progressText } from './frame-text.js';
import { continueCommand, holdText } from './holds.js';
import { tableText } from './table.js';
import { outputsText, shownValue, shownValues } from './value-text.js';
import { waitingText } from './foreseen.js';
import { clockText, countText, durationText, timeText } from './words.js';

/** `where`: what makes another command find the same server. */
export function viewText(
  view: RunView,
  outputs: Readonly<Record<string, unknown>>,
  where: readonly string[] = [],
): string {
  const { nodes, interventions = [] } = view;
  const parts = [
    tableText(factRows(view, where)),
    ...(nodes.length > 0 ? [tableText([['NODE', 'STEP', 'STATE', 'TOOK', ''], ...nodes.map(nodeRow)])] : []),
    ...(interventions.length > 0 ? [tableText([INTERVENTION_HEAD, ...interventions.map(interventionRow)])] : []),
    ...(Object.keys(outputs).length > 0 ? [outputsText(outputs, view.outputs)] : []),
  ];
  return parts.join('\n\n');
}

function factRows(view: RunView, where: readonly string[]): readonly (readonly string[])[] {
  const { id, graph, status, startedAt, endedAt, error, link, forkedFrom, overridden, waiting = [], holds = [] } = view;
  const marks = [
    ...(overridden && status !== 'completed_with_overrides' ? ['overridden'] : []),
    ...(link > 0 ? [`continued as new ${countText(link, 'time')}`] : []),
  ];
  return [
    ['run', id],
    ['graph', graph],
    ...(forkedFrom === undefined ? [] : [['forked from', forkedFrom]]),
    ['status', [status, ...marks].join(', ')],
    ...(startedAt === undefined ? [] : [['started', timeText(startedAt)]]),
    ...(startedAt === undefined ? [] : [['took', durationText((endedAt ?? Date.now()) - startedAt)]]),
    ...(error ? [['error', `${error.address ? `${error.address}: ` : ''}${error.code}: ${error.message}`]] : []),
    ...failureRows(view),
    ...waiting.map(port => ['waiting', waitingText(id, port, where)]),
    ...holds.map(hold => [
      'held',
      `${holdText(hold)} since ${timeText(hold.since)}: ${continueCommand(id, where)} goes on`,
    ]),
  ];
}

/** Failures in items and iterations that have ended: their nodes are listed no more. */
function failureRows({ nodes, failures = [], failed = 0 }: RunView): readonly (readonly string[])[] {
  const listed = new Set(nodes.map(({ at }) => at));
  const others = failures.filter(({ address = '' }) => !listed.has(address));
  const shown = others.slice(0, 10);
  const more = failed - (failures.length - others.length) - shown.length;
  return [
    ...shown.map(({ address, code, message }) => ['failed', `${address}: ${code}: ${message}`]),
    ...(more > 0 ? [['', `… ${more} more`]] : []),
  ];
}

function nodeRow(node: NodeView): readonly string[] {
  const { at, step, state, startedAt, endedAt, attempts, generation, live, overridden } = node;
  const took = startedAt === undefined ? '' : durationText((endedAt ?? Date.now()) - startedAt);
  const marks = [
    ...(attempts > 1 ? [`attempt ${attempts}`] : []),
    ...(generation > 1 ? [`generation ${generation}`] : []),
    ...(overridden ? ['overridden'] : []),
  ];
  const name = generation > 1 ? `${at}#${generation}` : at;
  return [
    name,
    step,
    live && live.state !== 'running' ? live.state : state,
    took,
    [...marks, detail(node)].join('  ').trim(),
  ];
}

function detail(node: NodeView): string {
  const { error, live, progress = live?.progress, outputs = {}, computed = {} } = node;
  if (error) return `${error.code}: ${error.message}`;
  if (progress) return progressText(progress);
  if (live?.lastFailure !== undefined) return live.lastFailure;
  const own = Object.keys(computed).length === 0 ? '' : `  computed ${shownValues(computed)}`;
  return [shownValues(outputs) + own, provenanceText(node)].filter(part => part !== '').join('  ');
}

const INTERVENTION_HEAD = ['INTERVENTION', 'KIND', 'VALUE', 'OUTCOME', 'EFFECT', 'AT', 'BY', 'ID', ''];

function interventionRow(state: InterventionState): readonly string[] {
  const { at, kind, value, resolve, outcome, effect, receivedAt, by = '', id, reason, why, refused } = state;
  const brought = value ? shownValue(value, 30) : `resolve ${resolve?.name}`;
  const notes = [
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    ...(refused ? [`${refused.code}: ${refused.message}`] : []),
    ...(why === undefined || refused ? [] : [why]),
  ];
  const decided = refused ? 'refused' : (outcome ?? '');
  return [at, kind, brought, decided, refused ? '' : effect, clockText(receivedAt), by, id, notes.join('; ')];
}
