/** The worker of the soak, in a process of its own: so its memory can be told from others'. */
import { createWorker } from '../../workers/main.js';
import { settingsOf, tell } from '../child.js';
import type { WorkerChildSettings } from '../rig.js';
import { soakSteps } from './graphs.js';

const worker = await createWorker({ steps: soakSteps }, settingsOf<WorkerChildSettings>());
const running = worker.run();
await tell({ ready: true });
worker.shutdown();
await running;
