import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They take a quarter of a minute and more; begun last, each would be waited for. Where nothing is known, vitest goes by size. */
const LONG = new Set([
  ...['test/live/shared-queue.test.ts', 'test/live/crash.test.ts', 'test/live/interventions-race.test.ts'],
  ...['test/intervention/properties.test.ts', 'test/engine/documents.test.ts', 'test/engine/properties.test.ts'],
  ...['test/bench/faults.test.ts', 'test/bench/quick.test.ts', 'test/cli/serve.test.ts', 'test/cli/run.test.ts'],
]);

/** In each project the long files first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    const rank = ({ project, moduleId }: TestSpecification): number =>
      2 * projects.indexOf(project) + (LONG.has(relative(project.config.root, moduleId)) ? 0 : 1);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
