/** A generator that waits for room has no activity: it is ended all the same when its run is. */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { stream } from '../../src/graph/stream.js';
import { CANCEL } from '../../src/protocol/names.js';
import { impl } from '../../src/step/impl.js';
import { Live } from './harness.js';

const n = z.number();
const log: string[] = [];
const ten = stream({ id: 'ten', in: {}, yields: { n }, options: { tag: z.string() } });
const slow = step({ id: 'slow', in: { n }, out: { n }, options: { ms: n }, retry: { attempts: 1 } });
const live = Live.use({
  steps: [
    impl(ten, async function* (_, { options }) {
      log.push(`${options.tag} start`);
      try {
        for (let k = 0; k < 10; k += 1) yield { n: k };
      } finally {
        log.push(`${options.tag} finally`);
      }
    }),
    impl(slow, async (_, { options, signal }) => {
      await wait(options.ms, undefined, { signal });
      throw new Error('no');
    }),
  ],
});

const parking = (tag: string, ms: number) =>
  graph({ id: 'parking', in: {}, out: { ns: z.array(n) } }, g => {
    const source = g.run(ten, {}, { as: 'source', options: { tag } });
    const how = { as: 'each', buffer: 1, concurrency: 1, onFailure: 'stop' } as const;
    const each = g.each(source.items, how, (g, item) => ({
      out: { n: g.run(slow, { n: item.n }, { options: { ms } }).n },
    }));
    return { out: { ns: each.n } };
  });
const ofTag = (tag: string): readonly string[] => log.filter(entry => entry.startsWith(tag));

test('[ST-20] the stream of a cancelled run', async () => {
  const run = await live.start(parking('cancel', 60_000));
  const pending = async () => (await live.pending(run)).map(({ activityId }) => activityId);
  await expect.poll(() => ofTag('cancel')).toEqual(['cancel start']);
  await expect.poll(pending).toEqual(['each[0]/slow']);
  await run.handle.signal(CANCEL, 'enough');
  await run.failure();
  await expect.poll(() => ofTag('cancel')).toEqual(['cancel start', 'cancel finally']);
});

test('the stream of a run that has failed', async () => {
  const run = await live.start(parking('fail', 3000));
  await run.failure();
  await expect.poll(() => ofTag('fail')).toEqual(['fail start', 'fail finally']);
});
