/** Before the live suite: one Temporal server and one workflow bundle, for all files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { startServer } from '../../src/server/embedded.js';
import { bundleWorkflows } from '../../workers/bundle.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly temporalAddress: string;
    /** File of the workflow bundle. */
    readonly bundleFile: string;
    /** File of a bundle that hands out snapshots (snapshots-interceptor.ts). */
    readonly watchedBundleFile: string;
  }
}

// oxlint-disable-next-line import/no-default-export -- vitest wants it so
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-live-'));
  const bundleFile = join(folder, 'workflow-bundle.js');
  const watchedBundleFile = join(folder, 'watched-bundle.js');
  const interceptor = fileURLToPath(new URL('./snapshots-interceptor.ts', import.meta.url));
  const [server, bundle, watched] = await Promise.all([
    startServer({ headless: true }),
    bundleWorkflows(),
    bundleWorkflows([interceptor]),
  ]);
  await writeFile(bundleFile, bundle.code);
  await writeFile(watchedBundleFile, watched.code);
  project.provide('temporalAddress', server.address);
  project.provide('bundleFile', bundleFile);
  project.provide('watchedBundleFile', watchedBundleFile);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
