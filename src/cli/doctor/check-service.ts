import { connectHttp } from '../../api/client/connect-http.js';
import { readConfig } from '../../config/config.js';
import { isPortTaken } from '../../server/free-ports.js';
import { readServerFile, type ServerFile } from '../../server/server-file.js';
import type { DoctorOptions } from '../commands/doctor.js';
import { exitCodeOf } from '../exit-codes.js';
import { dataDirOf, serviceOf } from '../server-choice.js';
import { messageOf, ok, warning, type Finding } from './finding.js';

/** The service that is named; else that beside the server of the data folder, if it runs, and who has the ports. */
export async function checkService(options: DoctorOptions): Promise<readonly Finding[]> {
  const named = serviceOf(options);
  if (named !== undefined) return checkReady(named);
  const server = await readServerFile(dataDirOf(options));
  const url = options.address === undefined ? server?.service : undefined;
  return [...(url === undefined ? [] : await checkReady(url)), ...(await checkPorts(server))];
}

async function checkReady(url: string): Promise<readonly Finding[]> {
  try {
    const { checks = {} } = await connectHttp(url).ready();
    const bad = Object.entries(checks).flatMap(([name, results]) =>
      results.filter(({ status }) => status !== 'pass').map(result => ({ name: name.replace(/:.*/, ''), ...result })),
    );
    if (bad.length === 0) return [ok('service', `${url} is ready`)];
    return bad.map(({ name, status, output = status }) => ({
      check: 'service',
      status: status === 'fail' ? 'fail' : 'warn',
      message: `${url}, ${name}: ${output}`,
      ...(status === 'fail' && { mend: `start what it needs: ${name}; the service comes back by itself`, exit: 5 }),
    }));
  } catch (error) {
    const mend = 'start it with `espalier dev` or `espalier serve`, or correct --address';
    return [{ check: 'service', status: 'fail', message: messageOf(error), mend, exit: exitCodeOf(error) }];
  }
}

async function checkPorts(server: ServerFile | undefined): Promise<readonly Finding[]> {
  const { port } = readConfig();
  const owners = new Map<number, string>();
  const portOf = (address: string): number => Number(/:(\d+)$/.exec(address)?.[1] ?? 0);
  if (server) owners.set(portOf(server.address), `by the Temporal server of the data folder, process ${server.pid}`);
  if (server?.ui !== undefined) owners.set(portOf(server.ui), `by the web page of that server`);
  if (server?.service !== undefined) owners.set(portOf(server.service), 'by the service of `espalier dev`');
  const known = [...owners].map(([taken, owner]) => ok('port', `${taken} is in use ${owner}`));
  if (port === 0 || owners.has(port)) return known;
  if (!(await isPortTaken(port))) return [...known, ok('port', `${port} of the service is free`)];
  const who = (await isService(port)) ? 'by another Espalier service' : 'by another program';
  const mend =
    'nothing to do for `espalier dev`, which takes the next one; for `espalier serve`: --port or ESPALIER_PORT';
  return [...known, warning('port', `${port} of the service is in use ${who}`, mend)];
}

const isService = (port: number): Promise<boolean> =>
  connectHttp(`http://127.0.0.1:${port}`)
    .ready()
    .then(
      () => true,
      () => false,
    );
