/** The service in a process of its own, on a SQLite file. */
import { join } from 'node:path';
import { Espalier } from '../src/client/espalier.js';
import { createLogSink } from '../src/log/log-sink.js';
import { startService } from '../src/service/service.js';
import { openDatabase } from '../src/store/database/open-database.js';
import { settingsOf, tell } from './child.js';
import { QUEUES, type Rig } from './rig.js';

const { address, dataDir } = settingsOf<Pick<Rig, 'address' | 'dataDir'>>();
const espalier = await Espalier.connect({ address, dataDir, taskQueue: QUEUES.graph });
const database = await openDatabase(join(dataDir, 'espalier.db'));
const log = createLogSink({ level: 'error' });
const service = await startService({ espalier, database, log, host: '127.0.0.1', port: 0 });
await tell({ url: service.url });
await service.close();
await database.close();
await espalier.close();
