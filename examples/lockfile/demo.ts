/** `npm run demo`: this example on the project's own lock file, on a Temporal server that is started for it and ends with it. */
import { join, resolve } from 'node:path';
import { missText, type NodeView } from 'espalier';
import { Espalier } from 'espalier/client';
import { startServer } from 'espalier/testing';
import { createWorker } from 'espalier/worker';
import { lockfile, steps } from './index.js';

const dataDir = resolve(process.env['ESPALIER_DATA'] || '.espalier');
const say = (text: string): void => console.error(text);

/** Why it was executed. */
function why({ step, miss }: NodeView): string {
  if (miss) return missText(miss);
  return lockfile.document.steps?.[step]?.pure ? 'it is not cached' : 'it is not pure: it reads or writes files';
}

const server = await startServer({ dataDir, headless: true, onProgress: say });
const { address } = server;
const worker = await createWorker({ graphs: [lockfile], steps }, { address, dataDir, namespace: 'default' });
const work = worker.run();
const espalier = await Espalier.connect({ address, dataDir, namespace: 'default' });
try {
  const run = await espalier.start(lockfile, { input: { to: join(dataDir, 'lockfile-report.md') } });
  say(`run ${run.id} started`);
  const { markdown, file } = await run.result();
  console.log(markdown);

  const { startedAt = 0, endedAt = 0, nodes } = await run.view();
  say(`The way it went: ${nodes.length} steps in ${endedAt - startedAt} ms.\n`);
  for (const node of nodes) {
    if (node.state === 'cached') {
      say(`  ${node.at.padEnd(14)} cached     from ${node.from?.run}`);
      continue;
    }
    const [begin = 0, end = 0] = [node.startedAt, node.endedAt];
    const [at, took] = [begin - startedAt, end - begin].map(ms => `${ms} ms`.padStart(8));
    say(`  ${node.at.padEnd(14)} ${node.state.padEnd(10)} began at ${at}, took ${took}, ${why(node)}`);
  }
  say(`
The report is in ${file}. Run it again: what has not changed comes from the cache. The run is kept in ${dataDir}; to look at it in the Temporal UI:

  node dist/src/cli/main.js dev --ui-port 8233
  http://127.0.0.1:8233/namespaces/default/workflows/${run.id}
`);
} finally {
  await espalier.close();
  worker.shutdown();
  await work;
  await server.stop();
}
