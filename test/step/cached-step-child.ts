/** A process that runs one cached step some times at once. What the step does stands in a file; a line for each result. */
import { appendFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../../src/store/database/open-database.js';
import { createFolderStore } from '../../src/store/folder-store.js';
import { mill } from './cached-setup.js';

export interface Task {
  readonly database: string;
  readonly blobs: string;
  readonly ledger: string;
  readonly runs: number;
  /** How long the step takes, in milliseconds. */
  readonly ms: number;
}

const { database: target, blobs, ledger, runs, ms } = JSON.parse(process.argv[2] ?? '') as Task;
const database = await openDatabase(target);
const { run } = mill(
  async () => {
    appendFileSync(ledger, `${process.pid}\n`);
    await wait(ms);
    return { powder: 'x'.repeat(10_000) };
  },
  { cache: database.stepCache('acme'), store: createFolderStore(blobs) },
);
const all = Array.from({ length: runs }, (_, k) => run({ call: { runId: `${process.pid}-${k}` } }));
for (const { out, from } of await Promise.all(all)) console.log(JSON.stringify({ out, from }));
await database.close();
