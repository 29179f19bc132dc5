import { readConfig } from '../config/config.js';
import type { EmbeddedServer } from '../server/embedded.js';
import type { Service } from '../service/service.js';
import type { Registered } from '../step/registry.js';
import type { DevOptions } from './commands/dev.js';
import { commandText } from './shell.js';
import { tableText } from './table.js';
import type { Voice } from './voice.js';
import { offered, offeredNames } from './work.js';

/** What `dev` has started. */
interface Started {
  readonly folders: readonly string[];
  readonly registered: Registered;
  readonly options: DevOptions;
  readonly server: EmbeddedServer;
  readonly service: Service;
}

/** Says where everything is, and what to do next. */
export function announceReady(started: Started, voice: Voice): void {
  const { folders, registered, server, service } = started;
  const { taskQueue } = readConfig();
  const fields = {
    server: server.address,
    service: service.url,
    docs: docsOf(service),
    page: server.uiUrl,
    data: server.dataDir,
    taskQueue: folders.length > 0 ? taskQueue : undefined,
    ...offeredNames(registered),
  };
  voice.announce('ready', fields, welcome(started, taskQueue));
}

/** The page of its routes. */
const docsOf = ({ url }: Service): string => `${url}/docs`;

function welcome({ folders, registered, options, server, service }: Started, taskQueue: string): string {
  const { temporalAddressSet, port } = readConfig();
  const data = options.data === undefined ? [] : ['--data', options.data];
  const isNearby = options.port === undefined && port !== 0 && new URL(service.url).port !== String(port);
  const rows = [
    ['server', `${server.address}, namespace default`],
    ['page', server.uiUrl ?? 'none'],
    ['service', service.url + (isNearby ? ` (port ${port} is taken)` : '')],
    ['docs', docsOf(service)],
    ['data', server.dataDir],
    ['worker', folders.length > 0 ? `task queue ${taskQueue}; ${offered(registered)}` : 'none: no folder was given'],
    ['run', commandText(['run', folders[0] ?? 'FOLDER', ...data])],
    ['look', commandText(['runs', 'list', ...data])],
    ['http', `curl ${service.url}/api/v1/graphs`],
  ];
  const warning = temporalAddressSet
    ? '\nTEMPORAL_ADDRESS is set: other commands talk to that server and not to this one, unless they are given --address'
    : '';
  return `${tableText(rows)}${warning}\nready; Ctrl-C stops it`;
}
