import type { Recording } from './recording.js';

const EXPECTED = { out: '{ out: { … }, nodes?: [ … ] }', next: '{ next: { … }, until?, nodes?: [ … ] }' };

/** What the function that built a graph or a body returned under `key`; `invalid_graph` if it returned nothing of the kind. */
export function builtPart(recording: Recording, key: 'out' | 'next', built: unknown): unknown {
  if (typeof built === 'object' && built !== null && key in built) return Reflect.get(built, key);
  const hint = built instanceof Promise ? ' (it is async; a graph is built at once)' : '';
  throw recording.error('invalid_graph', `its build function must return ${EXPECTED[key]}${hint}`);
}
