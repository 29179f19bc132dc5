import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { InputOf } from '../../src/graph/contract.js';
import { stream } from '../../src/graph/stream.js';
import { discover, hostsOf } from '../../src/nest/discover.js';
import { EspalierModule } from '../../src/nest/espalier-module.js';
import { Implements, Steps } from '../../src/nest/steps.js';
import { runStream } from '../../src/step/run-stream.js';
import { callOf, depsOf, numberOf } from '../step/stream-setup.js';

const count = stream({ id: 'count', in: { to: z.int() }, yields: { n: z.int() }, out: { sum: z.int() } });

@Injectable()
class Steps10 {
  readonly by = 10;
}
@Steps()
class Counting {
  constructor(private readonly steps: Steps10) {}

  @Implements(count)
  async *count({ to }: InputOf<typeof count>) {
    for (let n = 0; n < to; n += 1) yield { n: n * this.steps.by };
    return { sum: to };
  }
}
@Steps({ scope: Scope.REQUEST })
class CountingPerRun extends Counting {}

test.each<[string, Type]>([
  ['of the application', Counting],
  ['of each execution', CountingPerRun],
])('a generator method of a provider %s is a stream', async (_, Provider) => {
  @Module({ providers: [Steps10, { provide: Provider, useClass: Provider, inject: [Steps10] } as never] })
  class CountModule {}
  const imports = [
    EspalierModule.forRoot({ address: 'localhost:1' }),
    EspalierModule.forWorker({ include: [CountModule], taskQueue: 'main' }),
  ];
  const app = await Test.createTestingModule({ imports }).compile();
  onTestFinished(() => app.close());
  const [implemented] = (await discover(hostsOf(app.get(ModulesContainer)))).steps;
  const inputs = { to: { size: 1, inline: 2 } };
  if (!implemented) throw new Error('nothing is implemented');
  const run = runStream(implemented, callOf({ inputs }), depsOf());
  const pulled = [await run.next(), await run.next(), await run.next()];
  expect(pulled.map(one => (one.kind === 'item' ? numberOf(one.item) : one.kind))).toEqual([0, 10, 'end']);
});
