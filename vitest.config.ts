import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.js';

const LIVE = 'test/live/**/*.test.ts';
const CLI = ['test/cli/**/*.test.ts', 'test/examples/**/*.test.ts'];
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** These run once more with links of 50 events at most: what a run does must not depend on how often it continues as new. */
const LINKED = [
  ...['control', 'failures', 'retries', 'early-signals', 'client-random', 'client-watch'],
  ...['interventions', 'interventions-midrun', 'streams'],
];
/** Each needs a process of its own: it installs the SDK's runtime, of which there is one, or loads the sources many times. */
const APART = ['test/mutants/*.test.ts', 'test/service/metrics.test.ts', 'test/live/nest-log.test.ts'];

/** Files that share a Temporal server, which is started when there is something to run. */
const live = (name: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, include, globalSetup: ['./test/live/global-setup.ts'], expect: { poll: { timeout: 30_000 } }, ...more },
});

export default defineConfig({
  // What users import, from the sources: the examples do.
  resolve: {
    alias: [
      { find: /^espalier$/, replacement: source('src/index.ts') },
      { find: /^espalier\/(client|nest|testing|workspace)$/, replacement: source('src/$1/index.ts') },
    ],
  },
  test: {
    reporters: ['default', './test/closing-line.ts'],
    setupFiles: ['./test/seed.ts'],
    // The machines this runs on are small and busy; tests wait for events, so a long limit costs nothing.
    testTimeout: 120_000,
    // Many tests wait for servers and processes of their own: one more at a time costs little.
    maxWorkers: 3,
    // Files share the processes they run in, and so what they import: to load it for each takes longer than most tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: [LIVE, ...CLI, ...APART] } },
      // These start the built program.
      {
        extends: true,
        test: { name: 'cli', include: CLI, globalSetup: ['./test/cli/built.ts'], testTimeout: 180_000 },
      },
      live('live', [LIVE], { exclude: APART }),
      live(
        'linked',
        LINKED.map(name => `test/live/${name}.test.ts`),
        { env: { HISTORY_EVENTS_LIMIT: '50' } },
      ),
      live('apart', APART, { isolate: true }),
    ],
  },
});
