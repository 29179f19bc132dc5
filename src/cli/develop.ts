import { readConfig } from '../config/config.js';
import { startServer, type EmbeddedServer } from '../server/embedded.js';
import type { Registered } from '../step/registry.js';
import type { DevOptions } from './commands/dev.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { aborted, onInterrupt } from './interrupt.js';
import { loadAllRegistered } from './load/registered-module.js';
import { dataDirOf, serverEnd } from './session.js';
import { commandText, quotedCommand } from './shell.js';
import { startWorker, type RunningWorker } from './start-worker.js';
import { tableText } from './table.js';
import type { Terminal } from './terminal.js';
import { offered } from './work.js';

/** `espalier dev`: serves and works until it is interrupted. */
export async function develop(folders: readonly string[], options: DevOptions, terminal: Terminal): Promise<ExitCode> {
  const registered = await loadAllRegistered(folders);
  const interrupted = onInterrupt();
  const server = await startServer({
    dataDir: dataDirOf(options),
    onProgress: message => terminal.say(message),
    ...(options.uiPort !== undefined && { uiPort: options.uiPort }),
  });
  let stopping = false;
  try {
    const worker = folders.length > 0 ? await startDevWorker(registered, server, options, terminal) : undefined;
    terminal.say(welcome(folders, registered, server, options));
    const lost = [serverEnd(server, () => stopping), ...(worker ? [worker.done] : [])];
    await Promise.race([aborted(interrupted), ...lost]);
    terminal.say('stopping; a second Ctrl-C does not wait for steps that run');
    await worker?.stop();
  } finally {
    stopping = true;
    await server.stop();
  }
  terminal.say(
    `kept in ${server.dataDir}; ${quotedCommand(['dev', ...folders, ...dataArguments(options)])} goes on with it`,
  );
  return EXIT.ok;
}

function startDevWorker(
  registered: Registered,
  { address, dataDir }: EmbeddedServer,
  { concurrency }: DevOptions,
  terminal: Terminal,
): Promise<RunningWorker> {
  const choice = {
    address,
    namespace: 'default',
    dataDir,
    shutdownGrace: 5000,
    ...(concurrency !== undefined && { concurrency }),
  };
  return startWorker(registered, choice, terminal);
}

function welcome(
  folders: readonly string[],
  registered: Registered,
  { address, uiUrl = 'none', dataDir }: EmbeddedServer,
  options: DevOptions,
): string {
  const { taskQueue, temporalAddressSet } = readConfig();
  const data = dataArguments(options);
  const rows = [
    ['server', `${address}, namespace default`],
    ['page', uiUrl],
    ['data', dataDir],
    ['worker', folders.length > 0 ? `task queue ${taskQueue}; ${offered(registered)}` : 'none: no folder was given'],
    ['run', commandText(['run', folders[0] ?? 'FOLDER', ...data])],
    ['look', commandText(['runs', 'list', ...data])],
  ];
  const warning = temporalAddressSet
    ? '\nTEMPORAL_ADDRESS is set: other commands talk to that server and not to this one, unless they are given --address'
    : '';
  return `${tableText(rows)}${warning}\nready; Ctrl-C stops it`;
}

const dataArguments = ({ data }: DevOptions): readonly string[] => (data === undefined ? [] : ['--data', data]);
