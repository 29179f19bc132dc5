import * as fc from 'fast-check';
import { CONDITION, wiresOf } from '../../src/document/body.js';
import type {
  Cluster,
  Condition,
  Document,
  DocumentNode,
  EachNode,
  Form,
  LoopNode,
  Manifest,
  PortSchema,
  Protection,
} from '../../src/document/document.js';
import type { Json } from '../../src/value/json.js';
import { anyJson } from '../value/any-json.js';

/**
 * Documents that are valid in every respect, so that they compile too: 0 to `nodes` nodes a graph, up to two levels of
 * nested graphs, all kinds of nodes and forms, conditions, policies, open ports, clusters. A node reads earlier ones only.
 */
export const documents = ({ nodes = 6 } = {}): fc.Arbitrary<Document> =>
  fc
    .record({
      choices: fc.array(fc.nat({ max: 999 }), { size: 'max', minLength: 20 * nodes, maxLength: 45 * nodes }),
      texts: fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 }),
      values: fc.array(anyJson, { minLength: 1, maxLength: 3 }),
    })
    .map(given => makeGraph('root', { draw: createDraw(given), nodes, levels: 2 }));

/** Decisions, all taken from what fast-check gave, so that it can shrink them. */
interface Draw {
  /** From 0 to `count - 1`; 0 once there are no more choices. */
  readonly below: (count: number) => number;
  readonly text: () => string;
  readonly json: () => Json;
}

function createDraw(given: { readonly choices: number[]; readonly texts: string[]; readonly values: Json[] }): Draw {
  let next = 0;
  const below = (count: number): number => (given.choices[next++] ?? 0) % count;
  return { below, text: () => pick({ below }, given.texts), json: () => pick({ below }, given.values) };
}

const chance = (draw: Pick<Draw, 'below'>, percent: number): boolean => draw.below(100) >= 100 - percent;
const pick = <T>(draw: Pick<Draw, 'below'>, among: readonly T[]): T => among[draw.below(among.length)] as T;
const someOf = <T extends string>(draw: Draw, names: readonly T[]): readonly T[] =>
  names.filter(() => chance(draw, 80));
const fill = <T, K extends string>(keys: readonly K[], make: (key: K) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(keys.map(key => [key, make(key)]));

interface Maker {
  readonly draw: Draw;
  readonly nodes: number;
  /** How many levels of nested graphs may come below. */
  readonly levels: number;
}

const SCHEMAS = {
  number: { type: 'number' },
  text: { type: 'string' },
  flag: { type: 'boolean' },
  numbers: { type: 'array', items: { type: 'number' } },
  lists: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
} as const satisfies Record<string, PortSchema>;
type Type = keyof typeof SCHEMAS;
const TYPES = Object.keys(SCHEMAS) as readonly Type[];

const LITERALS: Readonly<Record<Type, (draw: Draw) => Json>> = {
  number: draw => pick(draw, [0, 1, -7, 2.5, 1e-7, 200]),
  text: draw => draw.text(),
  flag: draw => chance(draw, 50),
  numbers: draw => pick(draw, [[], [1], [1, 2, 3]]),
  lists: draw => pick(draw, [[], [[]], [[1, 2], [3]]]),
};

type Typed = Readonly<Record<string, Type>>;
const STEPS: Readonly<Record<string, { readonly in: Typed; readonly out: Typed }>> = {
  add: { in: { a: 'number', b: 'number' }, out: { sum: 'number', positive: 'flag' } },
  'to-text': { in: { value: 'number', if: 'flag', end: 'text' }, out: { text: 'text', no: 'flag' } },
  gather: { in: { all: 'numbers', more: 'lists' }, out: { all: 'numbers', more: 'lists', __: 'number' } },
  ['toString' as string]: { in: {}, out: { n: 'number', yes: 'flag', t: 'text' } },
};
const NODE_IDS = ['a', 'b-1', 'end', 'style', 'toString', 'valueOf', 'a_b', 'a-b', 'Z9'];
/** Ports that are not open when nothing feeds them. */
const OPTIONAL: Readonly<Record<string, PortSchema>> = {
  b: { ...SCHEMAS.number, default: 3 },
  end: { ...SCHEMAS.text, optional: true },
};

/** References by the type of what they give. */
type Pool = Readonly<Record<Type, string[]>>;

function makeGraph(id: string, maker: Maker): Document {
  const { draw } = maker;
  const graphs = maker.levels === 0 ? [] : ['inner', 'read-2'].slice(0, draw.below(3));
  const nested = fill(graphs, graph => makeGraph(graph, { draw, nodes: maker.nodes >> 1, levels: maker.levels - 1 }));
  const pool: Pool = { number: [], text: [], flag: [], numbers: [], lists: [] };
  const inputs = fill(someOf(draw, ['n', 'flag', 'of', 'x_1']), () => pick(draw, TYPES));
  addTo(pool, '$in', inputs);
  const ids = NODE_IDS.slice(0, draw.below(1 + Math.min(maker.nodes, NODE_IDS.length)));
  const nodes = fill(ids, node => makeNode(node, nested, pool, draw));
  const outputs = fill(someOf(draw, ['text', 'out_1', 'end']), () => pick(draw, TYPES));
  const out = fill(Object.keys(outputs), port => makeForm(outputs[port] as Type, pool, draw));
  return {
    id,
    ...(chance(draw, 30) && { title: draw.text() }),
    ...(chance(draw, 30) && { onFailure: pick(draw, ['stop', 'continue'] as const) }),
    in: schemasOf(inputs),
    returns: schemasOf(outputs),
    nodes,
    out,
    ...(chance(draw, 30) && { clusters: makeClusters(ids, draw) }),
    ...(chance(draw, 30) && { protect: makeProtections(nodes, pool, draw) }),
    ...((id === 'root' || chance(draw, 30)) && { steps: fill(Object.keys(STEPS), manifestOf) }),
    ...(graphs.length > 0 && { graphs: nested }),
  };
}

function manifestOf(step: string): Manifest {
  const { in: inputs = {}, out = {} } = STEPS[step] ?? {};
  const ports = fill(Object.keys(inputs), port => OPTIONAL[port] ?? SCHEMAS[inputs[port] as Type]);
  return { in: ports, out: schemasOf(out), options: { note: { default: null } }, version: '1' };
}

const schemasOf = (ports: Typed): Readonly<Record<string, PortSchema>> =>
  fill(Object.keys(ports), port => SCHEMAS[ports[port] as Type]);

function makeNode(id: string, graphs: Readonly<Record<string, Document>>, pool: Pool, draw: Draw): DocumentNode {
  const kind = pick(draw, ['step', 'step', 'step', 'graph', 'sleep', 'each', 'loop'] as const);
  if (kind === 'each') return makeEach(id, pool, draw);
  if (kind === 'loop') return makeLoop(id, pool, draw);
  const graph = kind === 'graph' && Object.keys(graphs).length > 0 ? pick(draw, Object.keys(graphs)) : undefined;
  if (graph !== undefined) return makeGraphNode(id, graphs[graph] as Document, pool, draw);
  const asleep = kind === 'sleep' ? pick(draw, [undefined, ...Object.values(pool).flat()]) : undefined;
  return asleep === undefined ? makeStepNode(id, pool, draw) : makeSleep(id, asleep, pool, draw);
}

function makeGraphNode(id: string, graph: Document, pool: Pool, draw: Draw): DocumentNode {
  const node = { graph: graph.id, in: makeWires(typesOf(graph.in), pool, draw), ...makeWhen(pool, draw) };
  addTo(pool, id, typesOf(graph.returns));
  return node;
}

function makeSleep(id: string, value: string, pool: Pool, draw: Draw): DocumentNode {
  addTo(pool, id, { value: TYPES.find(type => pool[type].includes(value)) as Type });
  return { sleep: pick(draw, [0, 250, '5m', '1.5h'] as const), in: { value } };
}

function makeStepNode(id: string, pool: Pool, draw: Draw, wire = makeWires): DocumentNode {
  const step = pick(draw, Object.keys(STEPS));
  const { in: inputs = {}, out = {} } = STEPS[step] ?? {};
  const fallback = fill(Object.keys(out), port => LITERALS[out[port] as Type](draw));
  const node = {
    step,
    in: wire(inputs, pool, draw),
    ...makeWhen(pool, draw),
    ...(chance(draw, 20) && { options: { note: draw.json() } }),
    ...(chance(draw, 20) && { retry: { attempts: 2, backoff: 'jitter', initial: '10ms', except: ['x'] } as const }),
    ...(chance(draw, 20) && { timeout: 1000, heartbeat: pick(draw, [false, '5s'] as const) }),
    ...(chance(draw, 20) && { limit: 1 + draw.below(5) }),
    ...(chance(draw, 20) && { onFailure: pick(draw, ['fail', 'skip', { fallback }] as const) }),
  };
  addTo(pool, id, out);
  return node;
}

const ITEMS_OF = { numbers: 'number', lists: 'numbers' } as const;

function makeEach(id: string, pool: Pool, draw: Draw, levels = 2): EachNode {
  const list = pick(draw, ['numbers', 'lists'] as const);
  const each = makeForm(list, pool, draw);
  const inside = bodyPool(id, pool, { $item: ITEMS_OF[list], $index: 'number' });
  const nodes = makeBody(id, inside, draw, levels);
  const out = someOf(draw, ['numbers', 'lists'] as const);
  addTo(
    pool,
    id,
    fill(out, type => type),
  );
  return {
    each,
    ...(chance(draw, 30) && { concurrency: 1 + draw.below(3) }),
    ...(chance(draw, 30) && { ordered: chance(draw, 50) }),
    ...(chance(draw, 30) && { onFailure: pick(draw, ['stop', 'continue'] as const) }),
    nodes,
    out: fill(out, type => makeForm(ITEMS_OF[type], inside, draw)),
  };
}

function makeLoop(id: string, pool: Pool, draw: Draw, levels = 2, wire = makeWires): LoopNode {
  const state: Typed = pick(draw, [{ n: 'number' }, { n: 'number', text: 'text' }]);
  const words = Object.fromEntries(Object.entries(state).map(([key, type]) => [`$state.${key}`, type]));
  const inside = bodyPool(id, pool, { ...words, $iteration: 'number' });
  const nodes = makeBody(id, inside, draw, levels);
  const expr = { expr: 'n > 2 or iteration > limit', in: { limit: makeForm('number', inside, draw) } };
  const until = pick(draw, [{}, { until: makeForm('flag', inside, draw) }, { until: expr }]);
  const onLimit = 'until' in until && chance(draw, 50) && { onLimit: pick(draw, ['fail', 'stop'] as const) };
  const loop = {
    state: schemasOf(state),
    ...until,
    ...onLimit,
    ...(!('until' in until) && { max: 1 + draw.below(3) }),
  };
  const start = wire(state, pool, draw);
  addTo(pool, id, state);
  return { loop, in: start, nodes, next: wireAll(state, inside, draw) };
}

/** What the nodes of an each or a loop may read: all around it but the words that its own hide, and these. */
function bodyPool(id: string, pool: Pool, words: Typed): Pool {
  const own = Object.keys(words);
  const hidden = new Set(own.map(word => word.split('.')[0]));
  const all = TYPES.map(type => [
    type,
    [
      ...pool[type].filter(reference => !hidden.has(reference.split('.')[0])),
      ...own.filter(word => words[word] === type).flatMap(word => [word, `${id}.${word}`]),
    ],
  ]);
  return Object.fromEntries(all) as Pool;
}

/** Nodes with all their inputs fed, since nobody could supply them. Their ids are not those of nodes around. */
function makeBody(id: string, pool: Pool, draw: Draw, levels: number): Readonly<Record<string, DocumentNode>> {
  const ids = ['x', 'y', 'z'].slice(0, draw.below(4)).map(inner => `${id}-${inner}`);
  return fill(ids, inner => {
    const kind = levels === 0 ? 'step' : pick(draw, ['step', 'step', 'each', 'loop'] as const);
    if (kind === 'each') return makeEach(inner, pool, draw, levels - 1);
    if (kind === 'loop') return makeLoop(inner, pool, draw, levels - 1, wireAll);
    return makeStepNode(inner, pool, draw, wireAll);
  });
}

const typesOf = (ports: Readonly<Record<string, PortSchema>> = {}): Typed =>
  fill(Object.keys(ports), port => TYPES.find(type => SCHEMAS[type] === ports[port]) as Type);

/** A form for most of the ports; the others stay open. */
const makeWires = (ports: Typed, pool: Pool, draw: Draw): Readonly<Record<string, Form>> =>
  fill(someOf(draw, Object.keys(ports)), port => makeForm(ports[port] as Type, pool, draw));

const wireAll = (ports: Typed, pool: Pool, draw: Draw): Readonly<Record<string, Form>> =>
  fill(Object.keys(ports), port => makeForm(ports[port] as Type, pool, draw));

function makeForm(type: Type, pool: Pool, draw: Draw, levels = 2): Form {
  const kind =
    levels === 0 ? 'value' : pick(draw, ['reference', 'reference', 'reference', 'value', 'first', 'list', 'flat']);
  const one = (of: Type): Form => makeForm(of, pool, draw, levels - 1);
  if (kind === 'first') return { first: [one(type), one(type)] };
  if (kind === 'list' && type === 'numbers') return { list: [one('number'), one('number')] };
  if (kind === 'list' && type === 'lists') return { list: [one('numbers')] };
  if (kind === 'flat' && type === 'numbers') return { flat: one('lists') };
  if (kind === 'value' || pool[type].length === 0) return { value: LITERALS[type](draw) };
  return pick(draw, pool[type]);
}

function makeWhen(pool: Pool, draw: Draw): { readonly when?: Condition } {
  if (!chance(draw, 30)) return {};
  if (chance(draw, 50)) return { when: makeForm('flag', pool, draw) };
  return { when: { expr: 'no or n > 2', in: { no: makeForm('flag', pool, draw), n: makeForm('number', pool, draw) } } };
}

function makeClusters(ids: readonly string[], draw: Draw): Readonly<Record<string, Cluster>> {
  const [mill, end] = [ids.slice(0, 2), ids.slice(2, 3)].map(nodes => ({
    nodes,
    limit: 1 + draw.below(3),
  }));
  return { ...(mill && { mill: { ...mill, queue: 'mill' } }), ...(end && { end }) };
}

function makeProtections(
  nodes: Readonly<Record<string, DocumentNode>>,
  pool: Pool,
  draw: Draw,
): Readonly<Record<string, Protection>> {
  const inputs = Object.entries(nodes).flatMap(([id, node]) =>
    Object.keys(wiresOf(node))
      .filter(port => port !== CONDITION)
      .map(port => `${id}/$in.${port}`),
  );
  const ports = [...Object.values(pool).flat(), ...inputs];
  return fill(
    ports.filter(() => chance(draw, 10)),
    () => pick(draw, ['never', 'with-reason'] as const),
  );
}

function addTo(pool: Pool, node: string, ports: Typed): void {
  for (const [port, type] of Object.entries(ports)) pool[type].push(`${node}.${port}`);
}
