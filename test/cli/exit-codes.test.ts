import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.js';
import { NotReachableError } from '../../src/client/not-reachable-error.js';
import { ConfigError } from '../../src/config/config.js';
import { InvalidDocumentError, InvalidGraphError } from '../../src/document/document-error.js';
import { DefinitionError } from '../../src/graph/definition-error.js';
import { RefusedError } from '../../src/run/refused-error.js';
import { RunFailedError } from '../../src/run/run-failed-error.js';
import { InvalidInterventionError } from '../../src/step/invalid-intervention-error.js';
import { InvalidInputError } from '../../src/step/invalid-input-error.js';
import { EspalierError } from '../../src/value/espalier-error.js';

const runFailed = (code: string, address?: string): RunFailedError =>
  new RunFailedError(
    'r',
    { error: { code, message: 'm', ...(address && { address }) }, failures: [], abandoned: [] },
    {},
  );
const grpc = (code: number): Error => Object.assign(new Error('refused'), { code });

describe('the exit code of', () => {
  test.each([
    ['a run that failed', runFailed('boom', 'a'), 1],
    ['a run that failed with a code that is one of ours', runFailed('not_found', 'a'), 1],
    ['a run that was cancelled', runFailed('cancelled'), 1],
    ['a run whose deadline is over', runFailed('deadline'), 124],
    ['a step whose deadline is over', runFailed('deadline', 'a'), 1],
    ['a bad document', new InvalidDocumentError([]), 2],
    ['a bad graph', new InvalidGraphError('g', []), 2],
    ['a bad contract', new DefinitionError('invalid_contract', 'm'), 2],
    ['a bad input', new InvalidInputError([]), 2],
    ['a bad environment', new ConfigError([]), 2],
    ['a repeated id', new EspalierError('already_started', 'm'), 2],
    ['a bad intervention', new InvalidInterventionError([]), 2],
    ['an intervention that a graph forbids', new RefusedError({ code: 'forbidden', message: 'm' }), 2],
    ['an intervention whose id was used for another', new RefusedError({ code: 'id_reused', message: 'm' }), 2],
    ['an operate that gave nothing', runFailed('intervention_failed', 'a'), 1],
    ['a run that has ended and is asked for something', new EspalierError('run_finished', 'm'), 1],
    ['an intervention that is taken back too late', new RefusedError({ code: 'already_used', message: 'm' }), 1],
    ['an unknown intervention', new RefusedError({ code: 'not_found', message: 'm' }), 3],
    ['an unknown run', new EspalierError('not_found', 'm'), 3],
    ['an unknown namespace', new EspalierError('unknown_namespace', 'm'), 3],
    ['a server that does not know us', new NotReachableError('a', 'b', { cause: grpc(16) }), 4],
    ['a server that does not let us', new Error('m', { cause: grpc(7) }), 4],
    ['a server that does not answer', new NotReachableError('a', 'b', { cause: grpc(14) }), 5],
    ['a service that does not know us', new EspalierError('unauthorized', 'm'), 4],
    ['a service that is none', new EspalierError('invalid_answer', 'm'), 5],
    ['a port that is taken', new EspalierError('service_start', 'm'), 5],
    ['a database that is away', new EspalierError('database_unavailable', 'm'), 5],
    ['a store that is away', new EspalierError('store_unavailable', 'm'), 5],
    ['a database of a newer version', new EspalierError('database_newer', 'm'), 2],
    ['a fault of a service', new EspalierError('internal', 'm'), 1],
    ['a program that is not to be had', new EspalierError('server_binary', 'm'), 5],
    ['a fault of ours', new TypeError('m'), 1],
  ])('%s', (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  test('each ending is one of the documented numbers', () => {
    expect(Object.values(EXIT).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 124, 130]);
  });
});
