/** What the step cache costs: the key of a step, a large value stored and keyed, a look-up of many keys at once. */
import { join } from 'node:path';
import { makeValues } from '../src/step/make-values.js';
import { identityOf, stepKey } from '../src/step/step-key.js';
import { createFolderStore } from '../src/store/folder-store.js';
import { openDatabase } from '../src/store/database/open-database.js';
import type { StepCache } from '../src/store/step-cache.js';
import type { BlobStore } from '../src/store/blob-store.js';
import { digestOf } from '../src/value/digest.js';
import type { Value } from '../src/value/value.js';
import { inRounds, type Bench } from './bench.js';
import { spread, timed } from './measure.js';

const KIB = 1024;
const MIB = 1024 * KIB;

interface Sample {
  readonly bench: string;
  readonly side: string;
  readonly ms: number;
}

export async function measureCache(bench: Bench): Promise<void> {
  const { options, rig, report } = bench;
  if (!options.only.has('cache')) return;
  const [keys, uses] = options.quick ? [100, 100] : [1000, 20_000];
  const store = createFolderStore(join(rig.dataDir, 'cached'));
  const database = await openDatabase(join(rig.dataDir, 'cache.db'));
  rig.closer.add(() => database.close());
  const cache = database.stepCache('bench');
  const asked = await fill(cache, keys);
  const values = await makeValues({ kib: 'x'.repeat(KIB), large: 'x'.repeat(8 * MIB) }, store);
  const keyed = `${uses} step keys`;
  const rounds = await inRounds(bench, 'cache', async (round): Promise<readonly Sample[]> => [
    { bench: keyed, side: '1 KB, CPU', ms: await cpuOf(() => makeKeys(values['kib'], uses)) },
    { bench: keyed, side: '8 MB, CPU', ms: await cpuOf(() => makeKeys(values['large'], uses)) },
    { bench: 'value of 1 MB, stored and keyed', side: 'CPU', ms: await cpuOf(() => storeAndKey(store, round)) },
    { bench: `look-up of ${keys} keys`, side: 'SQLite', ms: await timed(() => cache.get(asked)) },
  ]);
  (rounds[0] ?? []).forEach(({ bench: name, side }, k) => {
    const ms = spread(rounds.flatMap(round => round[k]?.ms ?? []));
    const microsecondsEach = name === keyed ? (ms.p50 * 1000) / uses : undefined;
    report.add({ part: 'cache', bench: name, side, ms, figures: { microsecondsEach } });
  });
}

function makeKeys(value: Value | undefined, times: number): void {
  for (let k = 0; k < times; k += 1) keyOf(value);
}

function keyOf(value: Value | undefined): string {
  const contract = { step: 'grind', digest: '0123456789abcdef', version: '1' };
  const options = { ratio: 2, fine: true };
  const identity = value && identityOf({ contract, options, inputs: { beans: value } });
  if (!identity) throw new Error('the step has no identity');
  return stepKey(identity);
}

/** Another value each time, as one that is there is not written again. */
async function storeAndKey(store: BlobStore, round: number): Promise<void> {
  const { value } = await makeValues({ value: { round, at: Date.now(), text: 'x'.repeat(MIB) } }, store);
  keyOf(value);
}

/** Milliseconds of CPU, all threads of this process. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function fill(cache: StepCache, count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, k) => digestOf(k));
  const common = { step: 'grind', code: 'version 1', run: 'run', at: 'grind', createdAt: 1 };
  for (const key of keys) {
    const outputs = { powder: { digest: key, size: KIB, inline: 'x'.repeat(KIB) } };
    await cache.put({ ...common, key, options: { ratio: key }, inputs: { beans: key }, outputs });
  }
  return keys;
}
