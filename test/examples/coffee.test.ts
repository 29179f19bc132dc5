import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { coffee, operates, resolvers, steps, stronger } from '../../examples/coffee/index.js';
import { Espalier } from '../../src/client/espalier.js';
import { operate, override } from '../../src/graph/intervene.js';
import { runLocal } from '../../src/local/run-local.js';
import { espalier, freePort, launch, MAIN, type Command } from '../cli/espalier.js';
import { readmeCommands } from './readme-commands.js';

const CUP = { coffee: 'Cup of latte with 200ml' };

test('coffee gives the same cup in this process and through the command line', async () => {
  const here = await runLocal(coffee, { steps, input: { beans: 20, water: 200 } }).result();
  expect(here).toEqual(CUP);
  const args = ['run', 'examples/coffee', '--local', '--set', 'beans=20', '--set', 'water=200', '-o', 'json'];
  const { code, stdout } = await espalier(args);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', outputs: here });
});

test('coffee shows how much powder a step was given', async () => {
  const run = runLocal(coffee, { steps, input: { beans: 20, water: 200 } });
  await run.result();
  const { nodes } = await run.view();
  expect(nodes.map(({ at, state, outputs }) => [at, state, outputs?.['powder'] ?? outputs?.['coffee']])).toEqual([
    ['grind', 'completed', expect.objectContaining({ inline: 20 })],
    ['brew', 'completed', expect.objectContaining({ inline: 'Cup of latte with 200ml' })],
  ]);
});

test('IV-06 I4: an operate changes what the mill gives, and both values are shown', async () => {
  const interventions = [operate(coffee.at.grind.out.powder, stronger, 5)];
  const run = runLocal(coffee, { steps, operates, resolvers, input: { beans: 20, water: 200 }, interventions });
  expect(await run.result()).toEqual(CUP);
  const [grind] = (await run.view()).nodes;
  expect(grind).toMatchObject({ outputs: { powder: { inline: 25 } }, computed: { powder: { inline: 20 } } });
});

describe('IV-03: with powder overridden there is the cup of the source text, and nothing is ground', () => {
  const interventions = [override(coffee.at.grind.out.powder, 25)];
  let folder: string;
  let port: number;
  let dev: Command;
  let client: Espalier;
  let temporal: Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'espalier-coffee-'));
    port = await freePort();
    dev = launch(['dev', 'examples/coffee', '--data', folder, '--port', String(port)]);
    await dev.said(/^ready/m);
    client = await Espalier.connect({ dataDir: folder, namespace: 'default' });
    temporal = new Client({ connection: await Connection.connect({ address: client.address }) });
    await mkdir(join(folder, 'bin'));
    await symlink(MAIN, join(folder, 'bin/espalier'));
  });
  afterAll(async () => {
    await client.close();
    await temporal.connection.close();
    await dev.kill();
    await rm(folder, { recursive: true, force: true });
  });

  /** Steps that were executed, by what the history has of them. */
  async function executed(id: string): Promise<readonly string[]> {
    const { events = [] } = await temporal.workflow.getHandle(id).fetchHistory();
    return (events ?? []).flatMap(event => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
  }
  const untilPaused = (id: string) =>
    vi.waitUntil(async () => (await client.run(id).view()).status === 'paused', { timeout: 30_000 });
  const shell = (command: string) =>
    espalier([], {
      program: ['bash', '-euc', command.replace('8080', String(port))],
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, ESPALIER_DATA: folder },
    });

  test('in this process', async () => {
    const run = runLocal(coffee, { steps, input: { water: 200 }, interventions });
    expect(await run.result()).toEqual(CUP);
    expect((await run.view()).nodes).toMatchObject([{ state: 'short-circuited' }, { state: 'completed' }]);
  });

  test('from code, on Temporal', async () => {
    const run = await client.start(coffee, { input: { water: 200 }, interventions });
    expect(await run.result()).toEqual(CUP);
    expect(await executed(run.id)).toEqual(['brew']);
    expect((await run.view()).status).toBe('completed_with_overrides');
  });

  test('by the commands of its README: at the start, over HTTP, while it runs, with an operate and a resolver', async () => {
    const commands = await readmeCommands('coffee');
    const outputs: string[] = [];
    for (const command of commands) {
      const { code, stdout, stderr } = await shell(command);
      expect({ command, code, stderr }).toMatchObject({ code: 0 });
      if (/^espalier runs? /.test(command)) outputs.push(stdout);
      if (command.includes('--break-before')) await untilPaused('held');
    }
    expect(commands).toHaveLength(10);
    expect(outputs.filter(text => text.endsWith('coffee: Cup of latte with 200ml\n'))).toHaveLength(4);
    expect(await client.run('given', coffee).result()).toEqual(CUP);
    expect(await executed('given')).toEqual(['brew']);
    expect(await executed('held')).toEqual(['brew']);
    const { interventions = [] } = await client.run('held').view();
    expect(interventions).toMatchObject([{ outcome: 'applied', effect: 'used', reason: 'the mill is broken' }]);
  });
});
