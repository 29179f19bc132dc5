import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PortSchema } from '../../src/document/document.js';
import { defineResolver, type AnyResolver } from '../../src/graph/resolver.js';
import { createRegistry } from '../../src/step/registry.js';
import { runResolver } from '../../src/step/run-resolver.js';
import { StepError } from '../../src/step/step-error.js';
import { createMemoryStore } from '../../src/store/memory-store.js';
import { digestOf } from '../../src/value/digest.js';
import type { JsonObject } from '../../src/value/json.js';
import { failureOf } from './merge-setup.js';

const Day = z.codec(z.iso.date(), z.date(), { decode: s => new Date(s), encode: d => d.toISOString().slice(0, 10) });
const later = defineResolver({
  name: 'later',
  args: { from: Day, days: z.int().default(1) },
  value: Day,
  resolve: ({ from, days }) => new Date(from.getTime() + days * 86_400_000),
});
/** A resolver whose function, from JavaScript, is `resolve`. */
const resolving = (resolve: (...given: unknown[]) => unknown, more: object = {}) =>
  defineResolver({ name: 'odd', args: {}, value: z.number(), resolve: resolve as never, ...more });

function resolveBy(resolver: AnyResolver, args: JsonObject = {}, schema: PortSchema = {}, name?: string) {
  return runResolver(
    createRegistry({ resolvers: [resolver] }),
    {
      address: '$in.day',
      name: name ?? resolver.definition.name,
      args,
      schema,
      idempotencyKey: 'r-1/$in.day!resolve-1',
    },
    { store: createMemoryStore(), signal: new AbortController().signal },
  );
}

describe('a resolver', () => {
  it('IV-08: is called with its arguments, code side, defaults filled in, and its value is the JSON side', async () => {
    const { resolve } = later({ from: new Date('2026-11-23') });
    const value = await resolveBy(later, resolve.args, { type: 'string', format: 'date' });
    expect(value).toEqual({ inline: '2026-11-24', size: 12, digest: digestOf('2026-11-24') });
  });

  it('I5: is told its idempotency key', async () => {
    const told: unknown[] = [];
    await resolveBy(resolving((...given) => told.push(...given)));
    const ctx = { address: '$in.day', idempotencyKey: 'r-1/$in.day!resolve-1', signal: expect.any(AbortSignal) };
    expect(told).toEqual([{}, ctx]);
  });

  it('that throws fails with address and reason; tried again unless it is a StepError', async () => {
    const thrown = await failureOf(resolveBy(resolving(() => Promise.reject(new Error('no network')))));
    const reason = 'resolver "odd" failed: no network';
    expect(thrown).toMatchObject({
      failure: { code: 'intervention_failed', details: { address: '$in.day', reason } },
      retryable: true,
    });
    const refused = resolving(() => {
      throw new StepError('closed', 'we are closed');
    });
    expect((await failureOf(resolveBy(refused))).retryable).toBe(false);
  });

  it('that hangs is given up when its time is over', async () => {
    const hanging = resolving(() => new Promise(() => {}), { timeout: '20ms' });
    const { failure } = await failureOf(resolveBy(hanging));
    expect(failure.message).toBe('$in.day: resolver "odd" failed: the call took longer than 20 ms');
  });

  it.each([
    [['x'], {}, 'gave something that is not of its type: expected number, got ["x"]'],
    [NaN, {}, 'gave something that is not of its type: expected number, got NaN'],
    [1.5, { type: 'integer' }, "gave something that is not of the port's type: expected integer, got 1.5"],
  ])('that gives %s where %j is expected fails, and is not tried again', async (given, schema, message) => {
    const { failure, retryable } = await failureOf(
      resolveBy(
        resolving(() => given),
        {},
        schema as PortSchema,
      ),
    );
    expect(failure.code).toBe('intervention_failed');
    expect(failure.message).toBe(`$in.day: resolver "odd" ${message}`);
    expect(retryable).toBe(false);
  });

  it('is not called with arguments that are not of its types', async () => {
    const { failure, retryable } = await failureOf(resolveBy(later, { from: 'soon' }));
    expect(failure.message).toMatch(/^\$in\.day: resolver "later" can't be called: argument "from": .*date/i);
    expect(retryable).toBe(false);
  });

  it('that is not registered fails, naming those that are, and may do better on another worker', async () => {
    const { failure, retryable } = await failureOf(resolveBy(later, {}, {}, 'latest'));
    expect(failure.message).toBe('$in.day: no resolver "latest" on this worker: there are later');
    expect(retryable).toBe(true);
    const none = runResolver(
      createRegistry({}),
      { address: '$in.day', name: 'x', args: {}, schema: {}, idempotencyKey: 'k' },
      { store: createMemoryStore(), signal: new AbortController().signal },
    );
    expect((await failureOf(none)).failure.message).toBe('$in.day: no resolver "x" on this worker: there is none');
  });
});
