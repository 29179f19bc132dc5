import { explain, type Explanation } from '../intervention/explain.js';
import { missText, originText } from '../run/miss-text.js';
import type { Plan } from '../plan/plan.js';
import type { BlobStore } from '../store/blob-store.js';
import type { Caching } from './cached-step.js';
import { findCached, identityIn } from './find-cached.js';
import type { Begun } from '../engine/begun.js';
import { lookUp, type Asked } from './look-up.js';
import { missOf } from './miss.js';
import { codeOf, stepKey } from './step-key.js';

/** The step cache that a run would have, and the code of its workers. */
export interface CacheSeen extends Pick<Caching, 'cache' | 'buildId'> {
  readonly store: BlobStore;
}

/** What a run would do that is started like this, with what the step cache has for it now, and why it has not the rest. */
export async function explainCached(begun: Begun, seen: CacheSeen | undefined): Promise<Explanation> {
  const { plan, options, inputs, interventions } = begun;
  const prune = options.prune ?? false;
  if (!seen || options.cache === 'bypass') return explain(plan, inputs, interventions, { prune });
  const missed: Asked[] = [];
  const known = { ...seen, ...(await codeOfWorkers(plan, seen)) };
  const find = findCached(plan, known, seen.store);
  const found = await lookUp(begun, async asked => {
    const taken = options.cache === 'refresh' ? [] : await find(asked);
    missed.push(...asked.filter((_, k) => !taken[k]));
    return taken;
  });
  const hits = new Map(found.map(({ at, outputs, from }) => [at, { outputs, by: originText(from) }]));
  const misses = new Map(cachedNodes(begun).map(at => [at, 'what it reads is known only when it has been computed']));
  for (const asked of missed) misses.set(asked.at, await whyMissed(begun, asked, known));
  return explain(plan, inputs, interventions, { prune, known: hits, misses });
}

/** Who has no worker's code at hand takes it for that of the last one which computed a step without version. */
async function codeOfWorkers({ contracts }: Plan, { cache, buildId }: CacheSeen): Promise<Pick<CacheSeen, 'buildId'>> {
  if (buildId !== undefined) return { buildId };
  const unversioned = contracts.filter(contract => contract.cache && contract.version === undefined);
  const entries = await Promise.all(unversioned.map(({ step }) => cache.nearest(step, '')));
  const [latest] = entries.flat().sort((a, b) => b.createdAt - a.createdAt);
  return latest ? { buildId: latest.code.replace(/^build /, '') } : {};
}

function cachedNodes({ plan }: Begun): readonly string[] {
  const nodes = plan.bodies[0]?.nodes ?? [];
  return nodes.flatMap(node => (node.kind === 'step' && plan.contracts[node.contract]?.cache ? [node.id] : []));
}

async function whyMissed({ plan, options }: Begun, asked: Asked, { cache, buildId }: CacheSeen): Promise<string> {
  const contract = plan.contracts[asked.node.contract];
  if (!contract || options.cache === 'refresh') return missText({ kind: 'refreshed' });
  if (codeOf({ contract, ...(buildId !== undefined && { buildId }) }) === undefined)
    return missText({ kind: 'unversioned' });
  const identity = identityIn(plan, asked, buildId);
  if (!identity) return 'what it reads can’t be told apart by its content';
  const [own, nearest] = await Promise.all([cache.get([stepKey(identity)]), cache.nearest(identity.step, asked.at)]);
  return missText(missOf(identity, [...own.values(), ...nearest]));
}
