// Build step, after tsc: writes the workflow bundle next to the code that loads it, so that a worker starts without webpack.
import { writeFile } from 'node:fs/promises';
import { bundleWorkflows } from '../dist/workers/bundle.js';

const { code } = await bundleWorkflows();
await writeFile(new URL('../dist/workflow-bundle.js', import.meta.url), code);
