/** What a worker in a Nest application logs. No harness: it would install a logger of its own for the process. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, inject, onTestFinished, test } from 'vitest';
import { Espalier } from '../../src/client/espalier.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import { startServer } from '../../src/server/embedded.js';
import { twoFreePorts } from '../../src/server/free-ports.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import type { Ctx } from '../../src/step/ctx.js';
import { catchLogs } from '../nest/logged.js';

const tell = step({ id: 'tell', in: {}, out: {}, retry: { attempts: 2, initial: '10ms' } });
const telling = graph({ id: 'telling', in: {}, out: {} }, g => ({ out: {}, nodes: [g.run(tell, {}, { as: 'told' })] }));

@Steps()
class Telling {
  @Implements(tell)
  tell(_: object, { log, attempt }: Ctx) {
    log.warn('once more', { secondTime: attempt === 2 });
    if (attempt === 1) throw new Error('not yet');
  }
}
@Module({ providers: [Telling] })
class TellingModule {}

async function boot(address: string) {
  const dataDir = await mkdtemp(join(tmpdir(), 'espalier-nest-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  @Module({
    imports: [
      EspalierModule.forRoot({ address, dataDir, taskQueue: `test-${randomUUID()}` }),
      EspalierModule.forWorker({ include: [TellingModule], workflowBundle: { codePath: inject('bundleFile') } }),
    ],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { bufferLogs: false, abortOnError: false });
  onTestFinished(() => app.close());
  return app;
}

test("what steps log goes to the application's logger, with what identifies the attempt", async () => {
  const logs = catchLogs();
  const app = await boot(inject('temporalAddress'));
  const run = await app.get(Espalier).start(telling);
  expect(await run.result()).toEqual({});
  const known = { graph: 'telling', runId: run.id, node: 'told' };
  // The SDK hands messages on a little later.
  await expect
    .poll(() => logs.filter(({ message }) => message === 'once more'))
    .toEqual([
      { level: 'warn', message: 'once more', rest: [{ ...known, attempt: 1, secondTime: false }, 'Espalier'] },
      { level: 'warn', message: 'once more', rest: [{ ...known, attempt: 2, secondTime: true }, 'Espalier'] },
    ]);
});

test('a server that does not answer is said once, and that it does, too', async () => {
  const [port] = await twoFreePorts();
  const address = `127.0.0.1:${port}`;
  const logs = catchLogs();
  const about = (text: string) => logs.filter(({ message }) => message.includes(text)).map(({ level }) => level);
  await boot(address);
  await expect.poll(() => about('the worker tries again')).toEqual(['warn']);
  const server = await startServer({ headless: true, port });
  onTestFinished(() => server.stop());
  await expect.poll(() => about(`the worker takes work from ${address}`)).toEqual(['log']);
  expect(about('the worker tries again')).toEqual(['warn']);
});
