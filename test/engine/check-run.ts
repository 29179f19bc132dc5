import { buildPlan } from './build-plan.js';
import { createRandom } from './random.js';
import { randomSpec } from './random-spec.js';
import { expectedOf } from './reference.js';
import type { Expected } from './reference.js';
import { check, INPUTS, simulate } from './simulate.js';
import type { EngineModule, Simulated } from './simulate.js';
import { createWorld, seenAs } from './world.js';

/** One random plan, run with events in one random order, held against the reference. Throws where they differ. */
export function checkRun(module: EngineModule, seed: number): void {
  const random = createRandom(seed);
  const spec = randomSpec(random, { streams: random.chance(0.5) });
  const plan = buildPlan(spec);
  const world = createWorld(seed);
  const options = random.chance(0.5) ? { concurrency: 1 + random.below(4) } : {};
  const run = simulate(module, plan, options, world, random);
  checkOutcome(run, expectedOf(spec, world, INPUTS));
}

/** Holds a run against what it must come to. Throws where they differ. */
export function checkOutcome(run: Simulated, expected: Expected): void {
  for (const address of run.executed.keys()) check(expected.executed.has(address), `${address} was executed`);
  if (run.wasCancelled && run.finish.status === 'cancelled') return;
  if (expected.stopsRun) return checkStopped(run, expected);
  checkEnded(run, expected);
}

/** Which failure came first, and what had been executed by then, depends on the order of events. */
function checkStopped({ finish }: Simulated, expected: Expected): void {
  check(finish.status === 'failed', `a run that a failure stops is ${finish.status}`);
  check(expected.failing.has(finish.error?.address ?? ''), `stopped by ${finish.error?.address}`);
  const outputs = jsonOf(finish.outputs);
  for (const port in outputs) {
    check(JSON.stringify(outputs[port]) === JSON.stringify(expected.outputs[port]), `partial output ${port}`);
  }
}

function checkEnded({ finish, engine, executed }: Simulated, expected: Expected): void {
  check(
    finish.status === (expected.lacking ? 'failed' : 'completed'),
    `the run is ${finish.status}: ${finish.error?.message}`,
  );
  equal(jsonOf(finish.outputs), expected.outputs, 'outputs');
  for (const { address, status } of engine.nodes())
    check(status === expected.outcomes.get(address), `${address} is ${status}`);
  const failed = finish.failures.map(failure => failure.address ?? '');
  if (expected.stops)
    return check(
      failed.every(address => expected.failing.has(address)),
      `failures ${failed.join(', ')}`,
    );
  equal(failed.toSorted(), [...expected.failing].toSorted(), 'failures');
  const sure = (addresses: Iterable<string>): string[] =>
    [...addresses].filter(address => !expected.hanging.has(address)).toSorted();
  equal(sure(executed.keys()), sure(expected.executed), 'executed');
}

export const jsonOf = (outputs: Simulated['finish']['outputs']): Record<string, unknown> =>
  Object.fromEntries(Object.entries(outputs).map(([port, value]) => [port, seenAs(value)]));

/** Compares JSON, whatever the order of keys. */
export function equal(got: unknown, expected: unknown, what: string): void {
  const sorted = (value: unknown): string =>
    JSON.stringify(value, (_, v) => (isRecord(v) ? Object.fromEntries(Object.entries(v).toSorted()) : v));
  check(sorted(got) === sorted(expected), `${what}: expected ${sorted(expected)}, got ${sorted(got)}`);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
