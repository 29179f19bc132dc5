import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Document, DocumentNode } from '../../src/document/document.js';
import { check } from '../../src/plan/compile.js';
import { arbitraryStreams } from './arbitrary-streams.js';

/**
 * Which nodes end, where every stream waits for all who read it: in the plainest way, by letting happen what can happen until
 * nothing more does. A stream ends when all who go over its items have opened; these open once what their nodes read from
 * around has ended, and end once they have opened and the stream has ended; every other node ends when all it reads has.
 */
function nodesThatEnd({ nodes = {} }: Document): ReadonlySet<string> {
  const opened = new Set<string>();
  const ended = new Set<string>();
  const all = Object.entries(nodes);
  const areThere = (ids: readonly string[]): boolean => ids.every(id => ended.has(id));
  const mayEnd = (id: string, node: DocumentNode): boolean => {
    const stream = streamOf(node);
    if (stream !== undefined) return opened.has(id) && ended.has(stream);
    const readers = all.filter(([, other]) => streamOf(other) === id);
    return areThere(readsOf(node)) && readers.every(([reader]) => opened.has(reader));
  };
  for (let before = -1; before < opened.size + ended.size;) {
    before = opened.size + ended.size;
    for (const [id, node] of all) {
      if (streamOf(node) !== undefined && areThere(readsOf(node))) opened.add(id);
      if (mayEnd(id, node)) ended.add(id);
    }
  }
  return ended;
}

const nodeIn = (reference: string): string => reference.split('.')[0] ?? '';
const fromOf = (node: DocumentNode) => ('each' in node ? node.each : 'collect' in node ? node.collect : undefined);

/** The stream whose items a node goes over. */
function streamOf(node: DocumentNode): string | undefined {
  const from = fromOf(node);
  return typeof from === 'string' && from.endsWith('.items') ? nodeIn(from) : undefined;
}

/** The nodes of the graph that a node reads, or that its own nodes read, but for that stream. */
function readsOf(node: DocumentNode): readonly string[] {
  const inside = 'nodes' in node ? Object.values(node.nodes ?? {}).flatMap(readsOf) : [];
  const own = 'in' in node ? Object.values(node.in ?? {}) : [];
  const from = streamOf(node) === undefined ? [fromOf(node)] : [];
  return [...inside, ...[...own, ...from].flatMap(form => (typeof form === 'string' ? [nodeIn(form)] : []))];
}

it('a graph is refused exactly if streams and those who read them would wait for one another', () => {
  const seen = { refused: 0, fine: 0 };
  fc.assert(
    fc.property(arbitraryStreams, document => {
      const issues = check(document);
      const stuck = Object.keys(document.nodes ?? {}).length > nodesThatEnd(document).size;
      expect(issues.map(({ code }) => code)).toEqual(issues.map(() => 'stream_feedback'));
      expect(issues.length > 0).toBe(stuck);
      seen[stuck ? 'refused' : 'fine'] += 1;
    }),
    { numRuns: 400 },
  );
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(20);
});
