import type { AnyGraph } from '../src/graph/contract.js';
import type { chain as handChain, layered as handLayered } from './hand-written/workflows.js';
import { chain, layered } from './graphs.js';
import type { Part } from './options.js';
import { VALUE } from './steps.js';

/** The same work twice: as a graph, and as a workflow written by hand. */
export interface Shape {
  readonly part: Part;
  readonly name: string;
  readonly graph: AnyGraph;
  readonly byHand: HandWritten;
  /** Started at once. */
  readonly runs: number;
  /** Of all runs together. */
  readonly steps: number;
}

type HandWritten =
  | { readonly type: 'chain'; readonly args: Parameters<typeof handChain> }
  | { readonly type: 'layered'; readonly args: Parameters<typeof handLayered> };

export function shapes(quick: boolean): readonly Shape[] {
  const [length, depth, runs] = quick ? [10, 3, 10] : [100, 10, 200];
  return [
    { part: 'chain', name: `chain of ${length}`, ...chainOf(length), runs: 1, steps: length },
    { part: 'fan-out', name: `fan-out of ${length}`, ...layersOf(1, length), runs: 1, steps: length },
    { part: 'layered', name: `${depth} layers of ${depth}`, ...layersOf(depth, depth), runs: 1, steps: depth ** 2 },
    { part: 'small', name: `${runs} runs of 3 at once`, ...chainOf(3), runs, steps: 3 * runs },
  ];
}

const chainOf = (length: number): Pick<Shape, 'graph' | 'byHand'> => ({
  graph: chain(length),
  byHand: { type: 'chain', args: [length, VALUE] },
});

const layersOf = (depth: number, width: number): Pick<Shape, 'graph' | 'byHand'> => ({
  graph: layered(depth, width),
  byHand: { type: 'layered', args: [depth, width, VALUE] },
});
