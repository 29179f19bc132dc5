import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchIntoCache } from './binary-cache.js';
import type { BinaryWay } from './binary-way.js';
import { runCommand } from './command.js';

/**
 * The SDK downloads a CLI only to start a server with it. That happens in a process of its own: in ours it would install
 * the SDK's Runtime, which can be installed but once.
 */
const DOWNLOAD = `
  const { TestWorkflowEnvironment } = await import(process.argv[1]);
  const executable = { type: 'cached-download', downloadDir: process.argv[2], version: process.argv[3] };
  try {
    await (await TestWorkflowEnvironment.createLocal({ server: { executable } })).teardown();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
`;

/** The Temporal SDK's own download, verified as the others are. */
export const fromSdk: BinaryWay = {
  name: 'SDK download',
  find: search =>
    fetchIntoCache(search, async draftDir => {
      search.onProgress(`fetching Temporal CLI ${search.release.version} with the Temporal SDK, once`);
      const sdk = pathToFileURL(createRequire(import.meta.url).resolve('@temporalio/testing')).href;
      const args = ['--input-type=module', '-e', DOWNLOAD, sdk, draftDir, `v${search.release.version}`];
      await runCommand(process.execPath, args, { env: search.env, timeoutMs: 600_000, label: '@temporalio/testing' });
      const [name] = await readdir(draftDir);
      if (name === undefined) throw new Error('the SDK left no file');
      return join(draftDir, name);
    }),
};
