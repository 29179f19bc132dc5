/** What users test with: a graph in this process, a Nest application on the same engine, or a Temporal server that is gone after the test. */
export { runLocal, type LocalSettings } from '../local/run-local.js';
export { startServer, type EmbeddedServer, type ServerOptions } from '../server/embedded.js';
export { createMemoryStore } from '../store/memory-store.js';
export { EspalierTestingModule } from './espalier-testing-module.js';
export { replayFixture, type Replayed, type ReplayOptions } from './replay-fixture.js';
