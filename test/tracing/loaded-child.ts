/** Says which packages of OpenTelemetry are loaded when a client and a worker's code are there, with tracing or without. */
import { createRequire } from 'node:module';
import { Espalier } from '../../src/client/espalier.js';
import { createWorker } from '../../workers/main.js';

const [tracing] = process.argv.slice(2);
const espalier = await Espalier.connect({ address: '127.0.0.1:1', lazy: true, tracing: tracing === 'on' });
await createWorker({}, { address: '127.0.0.1:1', tracing: tracing === 'on' }).catch(() => {});
await espalier.close();
const loaded = Object.keys(createRequire(import.meta.url).cache).flatMap(
  file => /node_modules\/(@opentelemetry\/[^/]+)/.exec(file)?.[1] ?? [],
);
console.log(JSON.stringify([...new Set(loaded)]));
process.exit();
