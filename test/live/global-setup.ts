/** Before the live suite: one Temporal server and one workflow bundle, for all files of all projects. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startServer } from '../../src/server/embedded.js';
import { writeBundles, type Bundles } from './bundles.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly temporalAddress: string;
    /** File of the workflow bundle. */
    readonly bundleFile: string;
    /** File of a bundle that hands out snapshots (snapshots-interceptor.ts). */
    readonly watchedBundleFile: string;
  }
}

/** With stock settings an execution is deleted only half a minute after its end. */
const FORGETS_SOON = {
  'history.transferProcessorUpdateAckInterval': '1s',
  'history.visibilityProcessorUpdateAckInterval': '1s',
};

interface Shared extends Bundles {
  readonly address: string;
  stop(): Promise<void>;
}

/** Each project loads this file anew; what is started is shared by those that are run. */
const holder = globalThis as { espalierLive?: { readonly shared: Promise<Shared>; projects: number } };

// oxlint-disable-next-line import/no-default-export -- vitest wants it so
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const live = (holder.espalierLive ??= { shared: start(), projects: 0 });
  live.projects += 1;
  const { address, bundleFile, watchedBundleFile, stop } = await live.shared;
  project.provide('temporalAddress', address);
  project.provide('bundleFile', bundleFile);
  project.provide('watchedBundleFile', watchedBundleFile);
  return async () => {
    live.projects -= 1;
    if (live.projects === 0) await stop();
  };
}

async function start(): Promise<Shared> {
  const folder = await mkdtemp(join(tmpdir(), 'espalier-live-'));
  const [{ address, stop }, bundles] = await Promise.all([
    startServer({ headless: true, dynamicConfig: FORGETS_SOON }),
    writeBundles(folder),
  ]);
  return {
    ...{ address, ...bundles },
    async stop() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
