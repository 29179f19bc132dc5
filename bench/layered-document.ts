import type { Document, DocumentNode, Manifest } from '../src/document/document.js';

const WIDTH = 100;
const CONTRACTS = 50;
const PORT = { type: 'object', properties: { id: { type: 'string' }, count: { type: 'integer' } } } as const;

/** Layers of 100 nodes; each reads two nodes of the layer before. Fifty contracts, shared by all. */
export function layeredDocument(size: number): Document {
  const nodes: Record<string, DocumentNode> = {};
  for (let k = 0; k < size; k += 1) {
    const [a, b] = sourcesOf(k);
    nodes[`n${k}`] = { step: `step${k % CONTRACTS}`, in: { a: portOf(a), b: portOf(b) } };
  }
  return { id: 'bench', in: { value: PORT }, nodes, out: { value: `n${size - 1}.value` }, steps: manifests() };
}

/** The edges of the same graph, from and to, by number; the first layer reads the graph's input. */
export function* layeredEdges(size: number): Generator<readonly [number, number]> {
  for (let k = WIDTH; k < size; k += 1) for (const from of sourcesOf(k)) yield [from, k];
}

/** The node above, and its right neighbour; negative above the first layer. */
function sourcesOf(k: number): readonly [number, number] {
  const layer = k - (k % WIDTH) - WIDTH;
  return [layer + (k % WIDTH), layer + ((k + 1) % WIDTH)];
}

const portOf = (node: number): string => (node < 0 ? '$in.value' : `n${node}.value`);

function manifests(): Record<string, Manifest> {
  const manifest: Manifest = {
    in: { a: PORT, b: PORT },
    out: { value: PORT },
    options: { factor: { type: 'number', default: 1 } },
  };
  return Object.fromEntries(Array.from({ length: CONTRACTS }, (_, k) => [`step${k}`, manifest]));
}
