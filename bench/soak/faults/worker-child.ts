/** A worker of the fault soak, to be killed. Prints `ready` when it takes work. */
import { createWorker, type EspalierWorkerOptions } from '../../../workers/main.js';
import { faultSteps } from './graph.js';

const options = JSON.parse(process.argv[2] ?? '{}') as EspalierWorkerOptions;
const worker = await createWorker({ steps: faultSteps }, { ...options, handleSignals: true });
const done = worker.run();
console.log('ready');
await done;
process.exit();
