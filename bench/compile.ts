import type { Document, DocumentNode, Manifest } from '../src/document/document.js';
import { compile } from '../src/plan/compile.js';

/** How long compile takes, hash included, for graphs with as many edges as nodes and 50 contracts. `npx tsx bench/compile.ts` */

const CONTRACTS = 50;
const ROUNDS = 15;
const WARM_UP = 10;

function manifests(): Record<string, Manifest> {
  const port = { type: 'object', properties: { id: { type: 'string' }, count: { type: 'integer' } } } as const;
  const manifest: Manifest = {
    in: { value: port },
    out: { value: port },
    options: { factor: { type: 'number', default: 1 } },
  };
  return Object.fromEntries(Array.from({ length: CONTRACTS }, (_, k) => [`step${k}`, manifest]));
}

/** Each node reads one earlier node, near or far, so that there are long chains and wide fans. */
function documentOf(size: number): Document {
  let seed = 1;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed % below;
  };
  const nodes: Record<string, DocumentNode> = {};
  for (let k = 0; k < size; k += 1) {
    const from = k === 0 ? '$in.value' : `n${k - 1 - random(Math.min(k, 100))}.value`;
    nodes[`n${k}`] = { step: `step${k % CONTRACTS}`, in: { value: from } };
  }
  const value = manifests()['step0']?.in?.['value'] ?? {};
  return { id: 'bench', in: { value }, nodes, out: { value: `n${size - 1}.value` }, steps: manifests() };
}

function measure(size: number): { readonly median: number; readonly best: number } {
  const text = JSON.stringify(documentOf(size));
  const times: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const document = JSON.parse(text) as Document;
    const start = performance.now();
    compile(document);
    if (round >= 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return { median: times[ROUNDS >> 1] ?? 0, best: times[0] ?? 0 };
}

for (const size of [1_000, 10_000, 100_000]) {
  const { median, best } = measure(size);
  const each = (median * 1e6) / size;
  console.log(
    `${size} nodes: median ${median.toFixed(1)} ms, best ${best.toFixed(1)} ms, ${each.toFixed(0)} ns a node`,
  );
}
