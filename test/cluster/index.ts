/** Tries Espalier once on a real Temporal cluster with PostgreSQL: see README.md. Ends with 1 if something did not work. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTemporal } from './build.js';
import { startPostgres } from './postgres.js';
import { freePorts } from './processes.js';
import { tryPrograms } from './programs.js';
import { measure, tryCrash, trySearch } from './runs.js';
import { Cluster } from './temporal.js';

const programs = await buildTemporal();
const folder = await mkdtemp(join(tmpdir(), 'espalier-cluster-'));
// PostgreSQL is another user's process where we are root.
await chmod(folder, 0o755);
const [postgresPort = 0] = await freePorts(1);
const cluster = await Cluster.create({ folder, programs, postgresPort });
const postgres = await startPostgres(folder, postgresPort);
try {
  // Twice: what is there already must not disturb.
  await cluster.setUpSchema();
  await cluster.setUpSchema();
  console.log(`Temporal ${cluster.address}: healthy after ${(await cluster.start()).toFixed(0)} ms`);
  await cluster.setUpNamespace();
  await cluster.setUpNamespace();
  await trySearch(cluster, folder);
  await tryCrash(cluster, folder);
  await tryPrograms({ cluster, folder, postgresPort });
  await measure(cluster, folder);
  await rm(folder, { recursive: true, force: true });
} catch (error) {
  console.error(error, `\nwhat the programs said is in ${folder}`);
  process.exitCode = 1;
} finally {
  await cluster.stop();
  // Fast: connections that are left are cut.
  await postgres.stop('SIGINT');
}
