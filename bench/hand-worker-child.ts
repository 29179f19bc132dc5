/** The worker of the workflows written by hand: the same settings, data converter and store as ours. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createDataConverter } from '../src/store/external-storage.js';
import { createFolderStore } from '../src/store/folder-store.js';
import { installRuntime } from '../workers/runtime.js';
import { workerSettings } from '../workers/worker-settings.js';
import { settingsOf, tell } from './child.js';
import * as activities from './hand-written/activities.js';
import type { WorkerChildSettings } from './rig.js';

const { address, dataDir, taskQueue, concurrency } = settingsOf<WorkerChildSettings>();
const logger = new DefaultLogger('ERROR');
installRuntime(logger);
const workflowsPath = fileURLToPath(new URL('./hand-written/workflows.ts', import.meta.url));
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  ...workerSettings({ concurrency }),
  connection,
  taskQueue,
  activities,
  workflowBundle: await bundleWorkflowCode({ workflowsPath, logger }),
  dataConverter: createDataConverter(createFolderStore(join(dataDir, 'blobs', 'default'))),
});
const running = worker.run();
await tell({ ready: true });
worker.shutdown();
await running;
await connection.close();
