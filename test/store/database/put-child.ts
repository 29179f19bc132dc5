/**
 * A process that says `ready`, waits for a line on its stdin, opens the database, and puts documents of the graph `shared`
 * whose titles begin with its name; it says the title of each when the put is acknowledged.
 */
import { once } from 'node:events';
import { openDatabase } from '../../../src/store/database/open-database.js';
import { put, titled } from './graph-documents.js';

const [target = '', name = '', count = '0'] = process.argv.slice(2);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.unref();
const database = await openDatabase(target);
for (let number = 0; number < Number(count); number++) {
  const title = `${name}-${number}`;
  await put(database.graphs, titled('shared', title));
  process.stdout.write(`${title}\n`);
}
await database.close();
