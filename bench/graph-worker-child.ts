/** A worker of ours in a process of its own, so that its CPU can be told from others'. */
import { createWorker } from '../workers/main.js';
import { settingsOf, tell } from './child.js';
import type { WorkerChildSettings } from './rig.js';
import { steps } from './steps.js';
import { streamSteps } from './stream-steps.js';

const worker = await createWorker({ steps: [...steps, ...streamSteps] }, settingsOf<WorkerChildSettings>());
const running = worker.run();
await tell({ ready: true });
worker.shutdown();
await running;
