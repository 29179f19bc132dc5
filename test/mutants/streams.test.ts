import { expect, test } from 'vitest';
import { checkRun } from '../engine/check-run.js';
import { firstThat, plant, type Mutant } from './plant.js';

const MUTANTS: readonly Mutant[] = [
  {
    bug: 'items are taken beyond the credit',
    file: 'engine/stream.ts',
    find: '.slice(0, credit)',
    put: '',
  },
  {
    bug: 'an attempt that was replaced is listened to',
    file: 'engine/stream.ts',
    find: ' || attempt < stream.attempt',
    put: '',
  },
  {
    bug: 'items that come again are taken again',
    file: 'engine/stream.ts',
    find: 'items.slice(stream.next - first)',
    put: 'items.slice(0)',
  },
  {
    bug: 'items are taken though some before them are missing',
    file: 'engine/stream.ts',
    find: '  if (first > stream.next) return;\n',
    put: '',
  },
  {
    bug: 'the digest is kept of the first item of a batch',
    file: 'engine/stream.ts',
    find: 'keep(stream, fresh, fresh.length, last, at)',
    put: 'keep(stream, fresh, fresh.length, fresh[0] ?? last, at)',
  },
  {
    bug: 'a pack is taken where there is no room for all of it',
    file: 'engine/stream.ts',
    find: ' || items.count > credit',
    put: '',
  },
  {
    bug: 'what came before a pack comes behind it',
    file: 'engine/results.ts',
    find: '  if (results.ended > 0) pack(state, scope, node, results);\n  results.packed += count;',
    put: '  results.packed += count;',
  },
  {
    bug: 'a parked stream is never executed again',
    file: 'engine/stream-room.ts',
    find: '  state.readyStreams.push(scope.id, node);',
    put: '',
  },
  {
    bug: 'items are forgotten that only one of several has opened',
    file: 'engine/stream-room.ts',
    find: 'Math.min(stream.next, ...waiting.map(({ opened }) => opened))',
    put: 'waiting.length > 0 ? Math.max(...waiting.map(({ opened }) => opened)) : stream.next',
  },
  {
    bug: 'items are forgotten that come before a node starts',
    file: 'engine/stream-room.ts',
    find: 'status[node] === WAITING || status[node] === QUEUED',
    put: 'status[node] === QUEUED',
  },
  {
    bug: 'items that wait are not in the snapshot',
    file: 'engine/stream-progress.ts',
    find: 'items: [...stream.items]',
    put: 'items: []',
  },
  {
    bug: 'a stream that is to be executed again is not in the snapshot',
    file: 'engine/serialize.ts',
    find: '  if (isDue(scope, node)) state.readyStreams.push(scope.id, node);',
    put: '',
  },
  {
    bug: 'a collect keeps what came of a stream that failed',
    file: 'engine/stream-end.ts',
    find: "from.onStreamFailure === 'keep'",
    put: 'true',
  },
  {
    bug: 'what came of a stream that failed is lost',
    file: 'engine/stream-end.ts',
    find: "from.onStreamFailure === 'keep'",
    put: 'false',
  },
  {
    bug: 'what reads a stream waits for its end',
    file: 'engine/stream.ts',
    find: '  markStarted(state, scope, node);\n',
    put: '',
  },
];

const SEEDS = 4000;
test.each(MUTANTS)('the random runs catch it if $bug', async mutant => {
  const module = await plant(mutant);
  expect(firstThat(SEEDS, seed => checkRun(module, seed))).toBeGreaterThanOrEqual(0);
});
