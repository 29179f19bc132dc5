import type { explain as Explain, Explanation, Verdict } from '../../src/intervention/explain.js';
import { literal } from '../../src/value/leaf.js';
import { buildPlan } from '../engine/build-plan.js';
import { equal } from '../engine/check-run.js';
import { createRandom } from '../engine/random.js';
import { check, simulate, suppliedInput, type EngineModule, type Simulated } from '../engine/simulate.js';
import { createWorld, seenAs, type World } from '../engine/world.js';
import { foresee, type Change, type Fate, type Foreseen } from './oracle.js';
import { randomChanges, randomGraph, sentOf } from './random-case.js';

/** Engine and explain under test: the real ones, or ones with a bug planted in them. */
export interface InterventionModule extends EngineModule {
  readonly explain: typeof Explain;
}

/** One random graph with random inputs and interventions, explained, run, and held against the oracle. Throws where they differ. */
export function checkStart(module: InterventionModule, seed: number, twins = 0): void {
  const random = createRandom(seed);
  const spec = randomGraph(random);
  const plan = buildPlan(spec);
  const breaks = random.chance(0.25);
  const all = createWorld(seed);
  const world: World = { ...all, notHere: () => 0, ...(!breaks && { failures: () => 0 }) };
  const changes = randomChanges(random, spec, breaks);
  const given = {
    ...(random.chance(0.85) && { '$in.n': 5 }),
    ...(random.chance(0.85) && { '$in.flag': random.chance(0.7) }),
  };
  const extra = [...Object.keys(spec.inputs ?? {}).map(name => `$in.${name}`), ...Object.keys(spec.open ?? {})];
  const inputs = { ...given, ...Object.fromEntries(extra.filter(() => random.chance(0.4)).map(at => [at, 9])) };
  const prune = random.chance(0.4);
  const expected = foresee({ spec, inputs, supplied: suppliedInput, changes, prune, world });
  const interventions = changes.map((change, k) => sentOf(change, `i${k}`));
  const values = Object.fromEntries(Object.entries(inputs).map(([at, json]) => [at, literal(json)]));
  const explained = module.explain(plan, values, interventions, { prune });
  const options = { ...(prune && { prune }), ...(random.chance(0.4) && { concurrency: 1 + random.below(3) }) };
  const run = simulate(module, plan, options, world, random, { inputs, interventions, twins, disturbed: 0.05 });
  equal(explained.missing, expected.missing, 'missing inputs of explain');
  if (expected.missing.length > 0) return checkMissing(run, expected);
  if (run.wasCancelled && run.finish.status === 'cancelled') return;
  equal(run.waitedFor, expected.waiting, 'awaited inputs');
  equal(explained.waiting, expected.waiting, 'awaited inputs of explain');
  if (stops(expected, spec)) return checkStopped(run, expected);
  checkRun(run, expected);
  if (!fails(expected)) checkExplained(run, explained, changes, expected);
}

const fails = ({ fates, inputFails }: Foreseen): boolean => inputFails || [...fates.values()].includes('failed');

/** Whether a failure stops the run: then what else was done depends on the order of events. */
function stops(expected: Foreseen, { onFailure, nodes }: ReturnType<typeof randomGraph>): boolean {
  if (onFailure === 'continue') return false;
  const fatal = nodes.some(
    ({ id, policy }) => (policy?.onFailure ?? 'fail') === 'fail' && expected.fates.get(id) === 'failed',
  );
  return expected.inputFails || fatal;
}

function checkMissing({ finish, executed, supplies }: Simulated, { missing }: Foreseen): void {
  equal(finish.error?.details, { missing }, 'missing inputs');
  equal([finish.status, executed.size, supplies.length], ['failed', 0, 0], 'a refused run');
}

function checkStopped({ finish, executed }: Simulated, expected: Foreseen): void {
  check(finish.status === 'failed', `a run that a failure stops is ${finish.status}`);
  for (const address of executed.keys()) check(expected.executed.has(address), `${address} was executed`);
}

function checkRun({ finish, engine, executions, supplies }: Simulated, expected: Foreseen): void {
  equal(finish.status, expected.lacking ? 'failed' : 'completed', `status (${finish.error?.message})`);
  for (const { address, status } of engine.nodes()) equal(status, expected.fates.get(address), address);
  for (const { address, inputs } of executions)
    equal(seen(inputs), expected.executed.get(address), `inputs of ${address}`);
  equal(names(executions.map(({ address }) => address)), names(expected.executed.keys()), 'executed');
  equal(seen(finish.outputs), expected.outputs, 'outputs');
  if (fails(expected)) return;
  const resolved = supplies.filter(({ kind }) => kind === 'resolve').map(({ address }) => address.replace(/!.*/, ''));
  equal(names(resolved), names(expected.resolved), 'resolved');
  const calls = new Set(supplies.map(({ exec }) => exec)).size;
  equal(new Set(supplies.map(call => call.address.replace(/-\d+$/, ''))).size, calls, 'calls, each once');
}

const names = (addresses: Iterable<string>): readonly string[] => [...new Set(addresses)].toSorted();
const seen = (values: Simulated['finish']['outputs']) =>
  Object.fromEntries(Object.entries(values).map(([port, value]) => [port, seenAs(value)]));

const ENDS: Readonly<Record<Verdict, readonly Fate[]>> = {
  run: ['completed'],
  conditional: ['completed', 'skipped'],
  'short-circuited': ['short-circuited'],
  cached: [],
  pruned: ['pruned'],
  skipped: ['skipped'],
  blocked: [],
};

/** What was said before the run is what happened. */
function checkExplained(
  { engine }: Simulated,
  explained: Explanation,
  changes: readonly Change[],
  expected: Foreseen,
): void {
  for (const { at, verdict } of explained.nodes) {
    const fate = expected.fates.get(at) as Fate;
    check(ENDS[verdict].includes(fate), `${at} was to be ${verdict}, and is ${fate}`);
  }
  const unused = names(explained.unused.map(({ at }) => at));
  const left = engine.interventions().filter(({ effect, id }) => effect === 'not-used' && id.startsWith('i'));
  for (const at of unused)
    check(
      left.some(other => other.at === at),
      `${at} was to be unused`,
    );
  const isSkipped = [...expected.fates.values()].includes('skipped');
  if (!isSkipped) equal(names(left.map(({ at }) => at)), unused, `unused of ${changes.length}`);
}
