/** Compiles one document, or builds and sorts its graph with graphology-dag, in a process whose heap is its own. */
import { DirectedGraph } from 'graphology';
import { hasCycle, topologicalSort } from 'graphology-dag';
import type { Document } from '../src/document/document.js';
import { compile } from '../src/plan/compile.js';
import { settingsOf, tell } from './child.js';
import { layeredDocument, layeredEdges } from './layered-document.js';
import { median } from './measure.js';

/** What to do, and how often after as many times that do not count. */
export interface CompileTask {
  readonly side: 'compile' | 'graphology-dag';
  readonly size: number;
  readonly times: number;
  readonly warmUp: number;
}
export interface CompileCost {
  readonly ms: readonly number[];
  /** What is kept of it in the end. */
  readonly heapBytes: number;
}

/** What is not to be collected while its size is read. */
const held: unknown[] = [];
const { side, size, times, warmUp } = settingsOf<CompileTask>();
const text = side === 'compile' ? JSON.stringify(layeredDocument(size)) : '';
for (let round = 0; round < warmUp; round += 1) measure();
const costs = Array.from({ length: times }, measure);
const cost: CompileCost = { ms: costs.map(({ ms }) => ms), heapBytes: median(costs.map(({ heapBytes }) => heapBytes)) };
await tell(cost);

function measure(): { readonly ms: number; readonly heapBytes: number } {
  held.length = 0;
  // A document that nobody has looked at yet.
  const document = side === 'compile' ? (JSON.parse(text) as Document) : undefined;
  const before = heapUsed();
  const start = performance.now();
  const made = document ? compile(document) : sortedGraph();
  const ms = performance.now() - start;
  held.push(document, made);
  return { ms, heapBytes: heapUsed() - before };
}

/** Nodes, edges, their order, and whether there is a cycle; no contracts, types, hash or messages. */
function sortedGraph(): object {
  const graph = new DirectedGraph();
  for (let k = 0; k < size; k += 1) graph.addNode(`n${k}`);
  for (const [from, to] of layeredEdges(size)) graph.addDirectedEdge(`n${from}`, `n${to}`);
  return { graph, order: topologicalSort(graph), hasCycle: hasCycle(graph) };
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
