import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const LIVE = 'test/live/**/*.test.ts';
const CLI = ['test/cli/**/*.test.ts', 'test/examples/**/*.test.ts'];
const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** These run once more with links of 50 events at most: what a run does must not depend on how often it continues as new. */
const LINKED = [
  ...['control', 'failures', 'retries', 'early-signals', 'client-random', 'client-watch'],
  ...['interventions', 'interventions-midrun'],
];

/** Files that share a Temporal server, which is started when there is something to run. */
const live = (name: string, include: string[], env: Record<string, string> = {}) => ({
  extends: true as const,
  test: { name, include, env, globalSetup: ['./test/live/global-setup.ts'], expect: { poll: { timeout: 30_000 } } },
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
    // The machines this runs on are small and busy; tests wait for events, so a long limit costs nothing.
    testTimeout: 60_000,
    // Many tests wait for servers and processes of their own: one more at a time costs little.
    maxWorkers: 2,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'rooms', include: ['test/**/*.test.ts'], exclude: [LIVE, ...CLI] } },
      // These start the built program.
      {
        extends: true,
        test: { name: 'cli', include: CLI, globalSetup: ['./test/cli/built.ts'], testTimeout: 180_000 },
      },
      live('live', [LIVE]),
      live(
        'linked',
        LINKED.map(name => `test/live/${name}.test.ts`),
        { HISTORY_EVENTS_LIMIT: '50' },
      ),
    ],
  },
});
