import type { Document } from '../../src/document/document.js';
import type { Execute } from '../../src/engine/command.js';
import type { Plan } from '../../src/plan/plan.js';
import { checkOutcome, equal, jsonOf } from './check-run.js';
import { expectedOfDocument, type ExpectedOfDocument } from './document-reference.js';
import { createDocumentWorld } from './document-world.js';
import { createRandom } from './random.js';
import { check, simulate, type EngineModule, type Simulated } from './simulate.js';

/** Compile and engine under test: the real ones, or ones with a bug planted in them. */
export interface PlanningModule extends EngineModule {
  compile(document: Document): Plan;
}

/** A document, compiled and run with events in one random order, held against the reference. Throws where they differ. */
export function checkDocument(module: PlanningModule, document: Document, seed: number): void {
  const random = createRandom(seed);
  const world = createDocumentWorld(seed);
  const own = document.onFailure ?? 'stop';
  const onFailure = random.chance(0.7) ? 'continue' : own;
  const expected = expectedOfDocument(document, world, onFailure);
  const options = {
    ...(onFailure !== own && { onFailure }),
    ...(random.chance(0.5) && { concurrency: 1 + random.below(4) }),
  };
  const plan = module.compile(document);
  const withheld = random.chance(0.1) ? expected.required.filter(() => random.chance(0.5)) : [];
  const given = Object.entries(expected.given).filter(([address]) => !withheld.includes(address));
  const run = simulate(module, plan, options, world, random, { inputs: Object.fromEntries(given) });
  if (withheld.length > 0) return checkRefused(run, withheld);
  checkExecutions(run, plan, expected);
  checkOutcome(run, expected);
  checkNodes(run, expected);
  checkFailures(run, expected);
}

/** Nothing runs, and all that is missing is said at once. */
function checkRefused({ finish, executed }: Simulated, withheld: readonly string[]): void {
  equal(finish.error?.details, { missing: withheld.toSorted() }, 'missing inputs');
  equal([finish.status, finish.error?.code, executed.size], ['failed', 'missing_input', 0], 'a refused run');
}

/** Whatever the order of events: each execution is of the right step, with the right inputs, options, place and policy. */
function checkExecutions({ executions }: Simulated, plan: Plan, { uses }: ExpectedOfDocument): void {
  for (const execute of executions) equal(useIn(plan, execute), uses.get(execute.address), execute.address);
}

function useIn(plan: Plan, { body, node, inputs }: Execute): unknown {
  const planned = plan.bodies[body]?.nodes[node];
  if (planned?.kind !== 'step') return undefined;
  const { step, version } = plan.contracts[planned.contract] ?? {};
  const { retry, timeout, heartbeat, deadline, limit } = plan.policies[planned.policy] ?? {};
  const cluster = plan.clusters[planned.cluster ?? -1];
  const { attempts, backoff } = retry ?? {};
  const policy = { attempts, backoff, timeout, heartbeat, deadline, limit };
  return { step, version, inputs: jsonOf(inputs), options: planned.options ?? {}, cluster, ...policy };
}

/** Every node of the graph itself is there, no node is that must not be, and none came to what it must not come to. */
function checkNodes({ engine, finish }: Simulated, { outcomes }: ExpectedOfDocument): void {
  const nodes = [...engine.nodes()];
  const own = (addresses: Iterable<string>): readonly string[] => [...addresses].filter(isOwn).toSorted();
  equal(own(nodes.map(({ address }) => address)), own(outcomes.keys()), 'addresses');
  for (const { address, status } of nodes) {
    const isCut = status === 'cancelled' && finish.status !== 'completed';
    check(isCut || status === outcomes.get(address), `${address} is ${status}, not ${outcomes.get(address)}`);
  }
}

/** Items and iterations are there only as long as they run. */
const isOwn = (address: string): boolean => !/[[@]/.test(address);

function checkFailures({ finish }: Simulated, { codes, stopsRun }: ExpectedOfDocument): void {
  for (const { address = '', code } of finish.failures) equal(code, codes.get(address), `why ${address} failed`);
  if (finish.status !== 'failed') return;
  const { address = '', code } = finish.error ?? {};
  const isOfNode = codes.get(address) === code;
  const isLack = !stopsRun && codes.size === 0 && code === 'output_absent' && address.startsWith('$out.');
  check(isOfNode || isLack, `the run failed by ${code} of ${address}`);
}
