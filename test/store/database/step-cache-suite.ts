import { stepCacheContract } from '../step-cache-contract.js';
import { opened, type Kind } from './registry-suite.js';

/** What every database does as a step cache. */
export function stepCacheSuite(name: string, kind: Kind): void {
  stepCacheContract(name, async () => {
    const target = await kind.fresh();
    const [one, another] = [await opened(target), await opened(target)];
    return { cache: one.stepCache('ours'), again: another.stepCache('ours'), other: one.stepCache('theirs') };
  });
}
