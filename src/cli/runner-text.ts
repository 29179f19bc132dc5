/** A workflow of a runner, for people. */
import { withoutFeed } from '../document/address.js';
import type { RunView } from '../run/run.js';
import type { InputFailure } from '../runner/results.js';
import type { WorkflowView } from '../runner/workflow-view.js';
import type { Snapshotted } from '../store/workflows.js';
import { tableText } from './table.js';
import { countText, timeText } from './words.js';

/** Of rows that may be many; all of them are in the JSON. */
const MOST_ROWS = 20;

export function workflowText(view: WorkflowView): string {
  const { open, failures } = view;
  return [
    tableText(factRows(view)),
    ...(open.length > 0 ? [firstText(['INPUT', 'ENDED', 'RUNNING'], open.map(openRow), 'inputs under way')] : []),
    ...(failures.length > 0 ? [lastText(['INPUT', 'AT', 'FAILURE'], failures.map(failureRow), 'failures before')] : []),
  ].join('\n\n');
}

function factRows(view: WorkflowView): readonly (readonly string[])[] {
  const { runner, id, graph, status, accepted, waiting, open, ended, failed, many } = view;
  return [
    ['workflow', id],
    ['runner', runner],
    ['run', `${runner}/${id}`],
    ['graph', graph],
    ['status', status],
    ['inputs', `${accepted} accepted, ${waiting} waiting, ${open.length} under way, ${ended} ended, ${failed} failed`],
    ...(many.length > 0 ? [['lists', many.join(', ')]] : []),
  ];
}

function openRow({ seq, nodes }: WorkflowView['open'][number]): readonly string[] {
  const all = Object.entries(nodes);
  const running = all.filter(([, status]) => status === 'running').map(([node]) => node);
  const left = all.filter(([, status]) => status === 'waiting' || status === 'running').length;
  return [String(seq), `${all.length - left} of ${countText(all.length, 'node')}`, running.join(', ') || 'nothing'];
}

const failureRow = ({ seq, address = '', code, message }: InputFailure): readonly string[] => [
  String(seq),
  withoutFeed(address),
  `${code}: ${message}`,
];

/** `input 1: price  no_such_article: there is no article "nothing"` */
export const failureText = (failure: InputFailure): string => {
  const [seq, at, what] = failureRow(failure);
  return `input ${seq}: ${at ? `${at}  ` : ''}${what}`;
};

export const snapshotsText = (snapshots: readonly Snapshotted[]): string =>
  tableText([
    ['CURSOR', 'SAVED', 'BY', 'ACCEPTED', 'ENDED', 'FAILED'],
    ...snapshots.map(({ cursor, at, reason, accepted, ended, failed }) => [
      cursor,
      timeText(at),
      reason,
      ...[accepted, ended, failed].map(String),
    ]),
  ]);

/** How the latest try has failed of what is tried again: of one node, and of how many more there is something. */
export function troubleText({ nodes }: RunView): string | undefined {
  const [first, ...more] = nodes.flatMap(({ at, state, error, live }) => {
    const failure = error ? `${error.code}: ${error.message}` : live?.lastFailure;
    return state === 'running' && failure !== undefined ? [{ at, failure }] : [];
  });
  if (!first) return undefined;
  return `tried again: ${first.at}${more.length > 0 ? `, and ${more.length} more` : ''}: ${first.failure}`;
}

type Rows = readonly (readonly string[])[];

function firstText(head: readonly string[], rows: Rows, what: string): string {
  const text = tableText([head, ...rows.slice(0, MOST_ROWS)]);
  return rows.length > MOST_ROWS ? `${text}\n… and ${rows.length - MOST_ROWS} ${what}` : text;
}

function lastText(head: readonly string[], rows: Rows, what: string): string {
  const text = tableText([head, ...rows.slice(-MOST_ROWS)]);
  return rows.length > MOST_ROWS ? `${rows.length - MOST_ROWS} ${what} …\n${text}` : text;
}
