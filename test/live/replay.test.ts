/**
 * A change of the interpreter must not break runs that are under way [A3]: histories recorded with earlier versions replay.
 * `RECORD_HISTORIES=1 npx vitest run test/live/replay.test.ts` records those that are missing; none is ever replaced.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { bundleWorkflows } from '../../workers/bundle.js';
import { registered } from './fixtures/interventions.js';
import { SCENARIOS } from './fixtures/scenarios.js';
import { steps } from './fixtures/steps.js';
import { streamSteps } from './fixtures/streams.js';
import { Live } from './harness.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const fileOf = (name: string): string => here(`./histories/${name}.json`);
const doubling = streamSteps.filter(({ contract }) => ['emit', 'double'].includes(contract.id));
const recording = process.env['RECORD_HISTORIES'] === '1';
const live = Live.use(
  recording ? { ...registered, steps: [...steps, ...doubling, ...(registered.steps ?? [])] } : undefined,
);
const names = Object.keys(SCENARIOS);

beforeAll(async () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (!recording || existsSync(fileOf(name))) continue;
    const run = await scenario(live);
    await run.handle.result().catch(() => undefined);
    await writeFile(fileOf(name), `${anonymous(historyToJSON((await run.history()).raw))}\n`);
  }
});

/** Without what tells of the machine: paths in stacks (also those inside payloads) and identities. */
function anonymous(history: string): string {
  const root = here('../..').replace(/\/$/, '');
  const withoutRoot = (text: string): string =>
    text.replaceAll(root, '/espalier').replace(/^\d+@.+(?=-[0-9a-f]{32}$)/, 'worker');
  const parsed: unknown = JSON.parse(history, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key === 'identity') return 'worker';
    if (key !== 'data') return withoutRoot(value);
    return Buffer.from(withoutRoot(Buffer.from(value, 'base64').toString())).toString('base64');
  });
  return JSON.stringify(parsed, null, 1);
}

async function replay(name: string, bundleFile: string): Promise<void> {
  const history: unknown = JSON.parse(await readFile(fileOf(name), 'utf8'));
  await Worker.runReplayHistory({ workflowBundle: { codePath: bundleFile } }, history, name);
}

test.each(names)('the recorded history of "%s" replays', name => replay(name, live.bundleFile));

test('a changed interpreter fails the replay of every recorded history with a step', async () => {
  const changed = join(tmpdir(), `changed-interpreter-${process.pid}.js`);
  const { code } = await bundleWorkflows([here('./fixtures/changed-interpreter.ts')]);
  await writeFile(changed, code);
  for (const name of names.filter(scenario => scenario !== 'a-timer')) {
    await expect(replay(name, changed)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
  }
});
