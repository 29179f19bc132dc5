/** What users test with: a graph in this process, or a Temporal server that is gone after the test. */
export { runLocal, type LocalSettings } from '../local/run-local.js';
export { startServer, type EmbeddedServer, type ServerOptions } from '../server/embedded.js';
export { createMemoryStore } from '../store/memory-store.js';
