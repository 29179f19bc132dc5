import { archiveContract } from '../archive-contract.js';
import { opened, type Kind } from './registry-suite.js';

/** What every database does as an archive. */
export function archiveSuite(name: string, kind: Kind): void {
  archiveContract(name, async () => {
    const target = await kind.fresh();
    const [one, another] = [await opened(target), await opened(target)];
    return { archive: one.archive('ours'), again: another.archive('ours'), other: one.archive('theirs') };
  });
}
