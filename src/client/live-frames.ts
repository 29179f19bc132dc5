import { isDeepStrictEqual } from 'node:util';
import type { Frame, NodeView, RunView } from '../run/run.js';
import { pendingNode, type Pending } from './pending.js';
import { traceOf } from './trace-of.js';

/**
 * What activities under way did since the last look: attempts that began or failed, and progress. Such a frame has no
 * id: the history will not tell it again.
 */
export class LiveFrames {
  /** At the last look that saw any: a long run has ever new ones. */
  private seen: ReadonlyMap<string, Pending> = new Map();

  /** `trace`: the `traceparent` of who started the run. */
  of(view: RunView, pending: ReadonlyMap<string, Pending>, trace: string | undefined): readonly Frame[] {
    if (pending.size === 0) return [];
    const seen = this.seen;
    const current = new Map<string, Pending>();
    this.seen = current;
    return view.nodes.flatMap(node => {
      const now = pendingNode(node, pending);
      if (!now) return [];
      const key = `${node.at}#${node.generation}`;
      const before = seen.get(key);
      current.set(key, now);
      return [...attemptFrames(node, before, now, trace), ...progressFrames(node, before, now)];
    });
  }
}

function attemptFrames(
  node: NodeView,
  before: Pending | undefined,
  now: Pending,
  run: string | undefined,
): readonly Frame[] {
  const { attempts: attempt, failure, failedIn, startedAt } = now;
  const base = { live: true, at: node.at, kind: 'attempt', generation: node.generation } as const;
  const at = startedAt ?? Date.now();
  const failed = now.live.state === 'running' ? attempt - 1 : attempt;
  const frames: Frame[] = [];
  if (failure && !isDeepStrictEqual(failure, before?.failure)) {
    const trace = traceOf(failedIn, run);
    frames.push({ ...base, time: Date.now(), attempt: failed, ...(trace && { trace }), error: failure });
  }
  if (now.live.state === 'running' && attempt !== before?.attempts) {
    frames.push({ ...base, time: at, attempt, startedAt: at });
  }
  return frames;
}

function progressFrames(node: NodeView, before: Pending | undefined, now: Pending): readonly Frame[] {
  const { progress } = now.live;
  if (!progress || isDeepStrictEqual(progress, before?.live.progress)) return [];
  const { at, generation } = node;
  return [{ live: true, at, kind: 'progress', time: Date.now(), generation, attempt: now.attempts, progress }];
}
