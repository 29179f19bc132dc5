/** Random graphs on the server: the fold equals the engine after every activation. */
import { sample } from 'fast-check';
import { expect, test } from 'vitest';
import { RunFinishedError } from '../../src/client/requests.js';
import type { Document, DocumentNode, Ports } from '../../src/document/document.js';
import { manifestOf } from '../../src/graph/manifest.js';
import { compile } from '../../src/plan/compile.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Run } from '../../src/run/run.js';
import type { Json, JsonObject } from '../../src/value/json.js';
import { arbitraryDocument } from '../plan/arbitrary.js';
import { kit, kitSteps } from './fixtures/kit.js';
import { checkFold } from './fold-check.js';
import { Live } from './harness.js';
import { useEspalier } from './use-espalier.js';

const SEED = 20261123;
const GRAPHS = 15;

const live = Live.use({ steps: kitSteps });
const espalier = useEspalier(live);

/** With the steps that this test's worker has, sleeps of milliseconds, and all on one queue. */
function runnable(document: Document): Document {
  const { nodes = {}, graphs = {}, clusters = {}, steps, ...rest } = document;
  return {
    ...rest,
    nodes: mapValues(nodes, (node): DocumentNode => ('sleep' in node ? { ...node, sleep: 20 } : node)),
    graphs: mapValues(graphs, runnable),
    clusters: mapValues(clusters, ({ nodes, limit }) => ({ nodes, ...(limit !== undefined && { limit }) })),
    ...(steps && { steps: Object.fromEntries(kit.map(step => [step.id, manifestOf(step)])) }),
  };
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

const VALUES: Readonly<Record<string, Json>> = { number: 4, boolean: true, array: [1, 7, 3] };

/** Something for all that must be given. */
function inputOf(plan: Plan): JsonObject {
  const ports: Ports = Object.fromEntries([
    ...plan.inputs.filter(input => !input.optional && !input.default).map(({ name, schema }) => [name, schema]),
    ...plan.open.map(({ address, schema }) => [address, schema]),
  ]);
  return mapValues(ports, ({ type }) => VALUES[String(type)] ?? 4);
}

const documents = sample(arbitraryDocument({ maxNodes: 25 }), { seed: SEED, numRuns: 6 * GRAPHS });
const plans = documents
  .map(document => compile(runnable(document)))
  .filter(plan => (plan.bodies[0]?.nodes.length ?? 0) >= 4)
  .slice(0, GRAPHS);

async function disturb(run: Run<unknown>): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await run.pause();
    await run.resume();
  }
}

/** A run may be quicker than we are. */
function unlessOver(error: unknown): void {
  if (!(error instanceof RunFinishedError)) throw error;
}

test(`of ${GRAPHS} random graphs (seed ${SEED})`, async () => {
  expect(plans).toHaveLength(GRAPHS);
  const links = plans.map(async (plan, k) => {
    const limits = k % 3 === 0 ? { linkLimits: { events: 40 } } : {};
    const settings = k % 2 === 0 ? { concurrency: 2 } : { onFailure: 'continue' as const };
    const run = await espalier().start(plan, { input: inputOf(plan), ...settings, ...limits });
    if (k % 4 === 1) await disturb(run).catch(unlessOver);
    if (k % 7 === 3) await run.cancel('enough').catch(unlessOver);
    await run.result().catch(() => undefined);
    return (await checkFold(live, run.id)).links;
  });
  const most = Math.max(...(await Promise.all(links)));
  expect(most).toBeGreaterThan(1);
});
