/**
 * Times and costs, each beside what it is to be measured against. What must hold is counted in test/live/cost.test.ts; here
 * nothing is asserted. Results go to stdout, a line of JSON each; progress to stderr. docs/benchmark.md says how to read them.
 */
import type { Bench } from './bench.js';
import { measureBodies } from './bodies.js';
import { measureCache } from './cache.js';
import { Closer } from './closer.js';
import { measureColdStart } from './cold-start.js';
import { measureCompile } from './compile.js';
import { measureFirstItem } from './first-item.js';
import { measureHttp } from './http.js';
import { measureInterventions } from './interventions.js';
import { measureItems } from './items.js';
import { measureLoop } from './loop.js';
import { readOptions, type Options } from './options.js';
import { Report } from './report.js';
import { openRig } from './rig.js';
import { measureReuse } from './reuse.js';
import { measureRunner } from './runner.js';
import { measureRuns } from './runs.js';
import { measureWatchers } from './watch.js';

const PARTS = [
  ...[measureRuns, measureInterventions, measureCompile, measureCache, measureReuse, measureHttp, measureWatchers],
  ...[measureRunner, measureItems, measureFirstItem, measureBodies, measureLoop, measureColdStart],
];

const say = (message: string): void => void process.stderr.write(`${message}\n`);
const options = optionsOrExit();
const closer = new Closer();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say('stopping');
    process.once(signal, () => process.exit(130));
    void closer.close().then(() => process.exit(130));
  });
}
try {
  say('starting the server and a worker for each side');
  const rig = await openRig(closer);
  const bench: Bench = { rig, options, say, report: new Report() };
  for (const measure of PARTS) if (!closer.isClosing) await measure(bench).catch(failed);
  await bench.report.finish(options.markdown);
} finally {
  await closer.close();
}

/** The other parts are worth having all the same. */
function failed(error: unknown): void {
  // Whatever is measured while all is being stopped fails.
  if (closer.isClosing) return;
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exit(2);
  }
}
