import { withoutFeed } from '../document/address.js';
import type { Fold } from '../client/fold.js';
import type { FeedView, NodeState } from '../engine/engine.js';
import type { Fed } from '../engine/event.js';
import type { Failure } from '../engine/failure.js';
import type { FedResult } from '../engine/fed.js';
import type { RunOptions } from '../engine/options.js';
import type { Snapshot } from '../engine/snapshot.js';
import { FEED } from '../plan/fed.js';
import type { WorkflowName } from '../protocol/start.js';
import type { RunStatus } from '../run/run.js';
import { EspalierError } from '../value/espalier-error.js';
import { quote } from '../value/quote.js';
import type { House } from './house.js';
import { runIdOf } from './names.js';

/** `stopped`: it can be resumed; so can what failed or was cancelled, from where it was saved last. */
export type WorkflowStatus = 'running' | 'paused' | 'stopped' | 'failed' | 'cancelled';

/** What is known of a workflow by the fold of its last link; nothing of it changes later. */
export interface WorkflowState {
  readonly workflow: WorkflowName;
  readonly graph: string;
  readonly status: WorkflowStatus;
  readonly options: RunOptions;
  readonly feed: FeedView;
  /** Inputs that have begun and not ended. */
  readonly open: readonly OpenInput[];
}
export interface OpenInput {
  readonly seq: number;
  /** Of the graph itself; those of its eaches and loops are not among them. */
  readonly nodes: readonly NodeState[];
}

/** The body of the graph in a runner's plan. */
export const GRAPH_BODY = 1;

/** Throws `not_found`. */
export const stateOf = (house: House, id: string): Promise<WorkflowState> => look(house, id, seeState);

/** As `stateOf`, with what it would be resumed from. */
export const snapshotOf = (
  house: House,
  id: string,
): Promise<{ readonly state: WorkflowState; readonly snapshot: Snapshot }> =>
  look(house, id, fold => ({ state: seeState(fold), snapshot: engineOf(fold).engine.snapshot() }));

/** The number of an input, if the workflow has taken it; why it would not; and whether it is over. */
export const takenOf = (
  house: House,
  id: string,
  input: Omit<Fed, 'kind'>,
): Promise<{ readonly seq: number | undefined; readonly refusal: Failure | undefined; readonly isOver: boolean }> =>
  look(house, id, fold => {
    const { engine } = engineOf(fold);
    const refusal = engine.feedRefusal({ kind: 'fed', ...input });
    return { seq: engine.fedSeq(input.id), refusal, isOver: fold.record.view().endedAt !== undefined };
  });

function look<T>(house: House, id: string, see: (fold: Fold) => T): Promise<T> {
  return house.views.look(runIdOf(house.name, id), fold => {
    if (fold.latest?.argument.workflow?.runner !== house.name) throw noWorkflow(house, id);
    return see(fold);
  });
}

export const noWorkflow = ({ name }: House, id: string): EspalierError =>
  new EspalierError('not_found', `runner ${name} has no workflow ${quote(id)}`);

function engineOf({ latest }: Fold) {
  const { argument, engine } = latest ?? {};
  if (!argument?.workflow || !engine?.feed) throw new Error('the fold is not one of a runner');
  return { workflow: argument.workflow, engine, feed: engine.feed };
}

function seeState(fold: Fold): WorkflowState {
  const { workflow, engine, feed } = engineOf(fold);
  const { accepted, ended, failed, facts, kept, head, done, cycles } = feed;
  return {
    workflow,
    graph: engine.plan.graph,
    status: statusOf(fold.record.view().status),
    options: engine.options,
    feed: { accepted, ended, failed, facts, kept, head, cycles, done: [...done] },
    open: openInputs(engine.nodes()),
  };
}

function statusOf(status: RunStatus): WorkflowStatus {
  if (status === 'pending') return 'running';
  return status === 'running' || status === 'paused' || status === 'failed' || status === 'cancelled'
    ? status
    : 'stopped';
}

/** `$[12]/brew` */
const IN_FEED = new RegExp(`^\\${FEED}\\[(\\d+)\\]/`);

/** By the number of the input. */
function openInputs(nodes: Iterable<NodeState>): readonly OpenInput[] {
  const open = new Map<number, NodeState[]>();
  for (const node of nodes) {
    const seq = node.body === GRAPH_BODY ? IN_FEED.exec(node.address)?.[1] : undefined;
    if (seq === undefined) continue;
    const known = open.get(Number(seq));
    if (known) known.push(node);
    else open.set(Number(seq), [node]);
  }
  return [...open].map(([seq, of]) => ({ seq, nodes: of }));
}

/** What an open input has given so far, as if it had ended. */
export const soFar = ({ seq, nodes }: OpenInput): FedResult => ({
  seq,
  endedAt: 0,
  outputs: {},
  facts: Object.fromEntries(
    nodes.flatMap(({ address, outputs }) =>
      Object.keys(outputs).length > 0 ? [[withoutFeed(address), outputs] as const] : [],
    ),
  ),
  failures: nodes.flatMap(({ failure, status }) => (failure && status === 'failed' ? [failure] : [])),
});
