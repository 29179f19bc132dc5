/**
 * A process that starts a server with the options given as JSON and prints `{ address, uiUrl, pid, dataDir }`. It says
 * `interrupted` on SIGINT, and stops the server and says `stopped` when its stdin ends.
 */
import { startServer, type ServerOptions } from '../../src/server/embedded.js';

process.on('SIGINT', () => console.log('interrupted'));
const { address, uiUrl, pid, dataDir, stop } = await startServer(JSON.parse(process.argv[2] ?? '{}') as ServerOptions);
console.log(JSON.stringify({ address, uiUrl, pid, dataDir }));
for await (const _ of process.stdin);
await stop();
console.log('stopped');
