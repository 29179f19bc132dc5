import { expect, test } from 'vitest';
import { queuesOf } from '../../workers/queues.js';

test('finds the queues of clusters, each once, in nested graphs too', () => {
  const inner = { id: 'inner', clusters: { deep: { nodes: [], queue: 'gpu' }, same: { nodes: [], queue: 'mill' } } };
  const outer = { id: 'outer', clusters: { a: { nodes: [], queue: 'mill' }, b: { nodes: [] } }, graphs: { inner } };
  expect(queuesOf([outer, { id: 'none' }])).toEqual(['mill', 'gpu']);
});
