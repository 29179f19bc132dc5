import { isDeepStrictEqual } from 'node:util';
import { isAfter, parseFrameId } from '../../../src/client/frame-id.js';
import type { Frame, Run } from '../../../src/run/run.js';
import { checkFold } from '../../../test/live/fold-check.js';
import { framesOf } from '../../../test/live/service-watch.js';
import { executedBy, givenBy, type Shape } from './graph.js';
import type { Rig } from './rig.js';

interface Ended {
  readonly shape: Shape;
  readonly result: unknown;
  /** What each of those who watched has seen. */
  readonly watched: readonly (readonly Frame[])[];
}

/**
 * What is wrong with a run that was struck: values lost or there twice, frames missed or repeated, a history that does not
 * replay or whose fold is another engine.
 */
export async function checkRun(
  { client, store, dataDir, address, replayer }: Rig,
  run: Run<unknown>,
  { shape, result, watched }: Ended,
): Promise<readonly string[]> {
  const problems: string[] = [];
  if (!isDeepStrictEqual(result, givenBy(shape))) problems.push(`it gave ${JSON.stringify(result)}`);
  const frames = await framesOf(run);
  for (const seen of watched) {
    const k = [...frames, ...seen].findIndex((_, at) => !isDeepStrictEqual(frames[at], seen[at]));
    if (k >= 0)
      problems.push(`frame ${k} was ${JSON.stringify(seen[k])} for who watched, is ${JSON.stringify(frames[k])}`);
  }
  if (!areContiguous(frames)) problems.push(`frames are not contiguous: ${idsOf(frames)}`);
  const expected = executedBy(shape);
  const steps = new Set(expected);
  const completed = frames.filter(({ kind, at }) => kind === 'completed' && steps.has(at)).map(({ at }) => at);
  if (!isDeepStrictEqual(completed.toSorted(), expected.toSorted())) {
    problems.push(`not completed once each: ${completed.join(' ')}`);
  }
  const source = { client, store, dataDir, address, replayer, queue: '' };
  await checkFold(source, run.id).catch((error: unknown) => problems.push(String(error)));
  return problems;
}

const idsOf = (frames: readonly Frame[]): string => frames.map(({ id }) => id).join(' ');

/** Each after the one before it, and none left out in a task. */
function areContiguous(frames: readonly Frame[]): boolean {
  const ids = frames.map(({ id }) => parseFrameId(id ?? ''));
  return ids.every((id, k) => {
    const before = ids[k - 1];
    const isSameTask = before?.[0] === id[0] && before[1] === id[1];
    return (!before || isAfter(id, before)) && id[2] === (isSameTask ? before[2] + 1 : 1);
  });
}
