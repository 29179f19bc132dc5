import { queueOf } from './ready.js';
import { QUEUED, RUNNING } from './state.js';
import type { Scope, State } from './state.js';
import { tendSource } from './stream-room.js';

/** Of a run that was restored: what has ended, counts as such. */
export function restoreStages(state: State): void {
  const root = state.scopes.get(0);
  if (!state.stages || !root) return;
  root.status.forEach((status, node) => status > RUNNING && countInStage(state, root, node, -1));
}

/** A node has ended (-1), or is open again (1). */
export function countOpen(state: State, scope: Scope, node: number, change: 1 | -1): void {
  scope.open += change;
  if (change === -1) tendSource(state, scope, node);
  countInStage(state, scope, node, change);
}

function countInStage(state: State, scope: Scope, node: number, change: 1 | -1): void {
  const { stages } = state;
  if (!stages || scope.id !== 0) return;
  const stage = stages.of[node] ?? 0;
  stages.open[stage] = (stages.open[stage] ?? 0) + change;
  if (change === 1) stages.now = Math.min(stages.now, stage);
  while (stages.now < stages.open.length && (stages.open[stages.now] ?? 0) === 0) stages.now += 1;
}

/** True if a node that is ready belongs to a later stage: it comes up again when that is on. */
export function waitsForStage({ stages }: State, scope: number, node: number): boolean {
  const stage = scope === 0 ? (stages?.of[node] ?? 0) : 0;
  if (!stages || stage <= stages.now) return false;
  const waiting = stages.later.get(stage);
  if (waiting) waiting.push(node);
  else stages.later.set(stage, [node]);
  return true;
}

/** Nodes whose stage has come are ready. */
export function releaseStage(state: State): void {
  const { stages } = state;
  const root = state.scopes.get(0);
  if (!stages || !root || stages.later.size === 0) return;
  for (const [stage, nodes] of stages.later) {
    if (stage > stages.now) continue;
    stages.later.delete(stage);
    for (const node of nodes) {
      if (root.status[node] !== QUEUED) continue;
      queueOf(state, root, node).push(0, node);
    }
  }
}
