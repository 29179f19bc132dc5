import { expect } from 'vitest';
import type { Document } from '../../../src/document/document.js';
import type { GraphRegistry, GraphVersion } from '../../../src/store/database/graph-registry.js';

export const ALL = { limit: 10_000 };

/** A small document that differs with its title. */
export const titled = (id: string, title: string): Document => ({ id, title, nodes: { nap: { sleep: 1 } } });

/** Puts a document; the rest of the arguments rarely matters. */
export async function put(graphs: GraphRegistry, document: Document): Promise<GraphVersion> {
  return (await graphs.put(document, 'plan', 'tester')).entry;
}

/** Fails unless the versions have no gap and no double, and the changes lead from one to the other to what is current. */
export async function expectSound(graphs: GraphRegistry, id: string): Promise<readonly GraphVersion[]> {
  const versions = (await graphs.versions(id, ALL)).toReversed();
  const changes = (await graphs.changes(id, ALL)).toReversed();
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
  expect(new Set(versions.map(({ hash }) => hash)).size).toBe(versions.length);
  expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1));
  expect(changes.map(({ from }) => from)).toEqual([undefined, ...changes.map(({ to }) => to)].slice(0, changes.length));
  expect(new Set(changes.map(({ to }) => to))).toEqual(new Set(versions.map(({ hash }) => hash)));
  expect((await graphs.get(id))?.hash).toBe(changes.at(-1)?.to);
  return versions;
}
