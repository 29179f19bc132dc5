import * as fc from 'fast-check';
import type {
  Cluster,
  Condition,
  Document,
  DocumentNode,
  Form,
  GraphNode,
  Manifest,
  OnFailure,
  Policy,
  Ports,
  PortSchema,
  StepNode,
} from '../../src/document/document.js';
import type { JsonObject } from '../../src/value/json.js';
import { KIT, kindOf, OTHERS, SCHEMAS, WIDE_KIT, type Kind, type Steps } from './kit.js';

/**
 * What there is in a document. `plain`: what the live tests' worker can run. `wide`: also `null`, steps and graphs that
 * hide those of the same name around them, graphs from further out, undeclared outputs, fallbacks for some outputs only,
 * conditions that fail. `typed`: what the builder can say, too: nothing hidden, all wired, literals only where it takes them.
 */
export type Breadth = 'plain' | 'wide' | 'typed';

/**
 * Valid documents that come to at most `maxNodes` nodes, nested graphs put in: with open, optional and defaulted ports,
 * guards on steps and graphs, graphs used several times and within one another, every form, sleeps, clusters, policies.
 * A document is told by a tape of numbers, so that a shorter tape and smaller numbers make a simpler document.
 */
export function arbitraryDocument({
  maxNodes = 40,
  breadth = 'plain',
}: { readonly maxNodes?: number; readonly breadth?: Breadth } = {}): fc.Arbitrary<Document> {
  const tape = fc.array(fc.nat(0xffff), { maxLength: 40 * maxNodes, size: 'max' });
  return fc.tuple(fc.nat(maxNodes), tape).map(([nodes, numbers]) => new Author(numbers, breadth).document(nodes));
}

interface Known {
  readonly name: string;
  readonly document: Document;
  /** Its outputs, declared or not. */
  readonly out: Ports;
  readonly size: number;
}

/** What a graph can use: its own, and what is around it. */
interface Visible {
  readonly steps: Steps;
  readonly graphs: readonly Known[];
}

/** What a graph under construction has to read from. */
interface Draft extends Visible {
  readonly nodes: Record<string, DocumentNode>;
  readonly sources: Readonly<Record<Kind, string[]>>;
  /** How many nodes it comes to, its nested graphs put in; each of those counts itself too. */
  size: number;
}

class Author {
  private next = 0;
  private readonly isPlain: boolean;
  private readonly isWide: boolean;
  private readonly isTyped: boolean;
  private readonly kinds: readonly Kind[];

  constructor(
    private readonly tape: readonly number[],
    breadth: Breadth,
  ) {
    this.isPlain = breadth === 'plain';
    this.isWide = breadth === 'wide';
    this.isTyped = breadth === 'typed';
    this.kinds = this.isPlain ? ['number', 'boolean', 'numbers'] : ['number', 'boolean', 'numbers', 'text'];
  }

  document(maxNodes: number): Document {
    return this.graph('root', maxNodes, 0, { steps: {}, graphs: [] }).document;
  }

  private graph(id: string, maxNodes: number, nesting: number, around: Visible): Known {
    const ownSteps = nesting === 0 ? (this.isPlain ? KIT : WIDE_KIT) : this.otherSteps();
    const steps = { ...around.steps, ...ownSteps };
    const graphs = nesting < 3 ? this.graphs(id, maxNodes, nesting, { steps, graphs: around.graphs }) : [];
    const inputs = this.inputs();
    const visible = { steps, graphs: [...unhidden(around.graphs, graphs), ...graphs] };
    const draft: Draft = {
      ...visible,
      nodes: {},
      sources: { number: [], boolean: [], numbers: [], text: [] },
      size: 0,
    };
    for (const [name, schema] of Object.entries(inputs)) draft.sources[kindOf(schema)].push(`$in.${name}`);
    for (let left = maxNodes, k = 0; left > 0; k += 1) left -= this.node(draft, this.nodeId(k), left);

    const { out, ports, returns } = this.outputs(draft);
    const document: Document = {
      id,
      ...(this.maybe(4) && { title: `The graph ${id}` }),
      ...(this.maybe(3) && { onFailure: this.pick(['stop', 'continue'] as const) }),
      in: inputs,
      returns,
      nodes: draft.nodes,
      out,
      ...(this.maybe(3) && { clusters: this.clusters(Object.keys(draft.nodes)) }),
      ...(Object.keys(ownSteps).length > 0 && { steps: ownSteps }),
      graphs: Object.fromEntries(graphs.map(({ name, document }) => [name, document])),
    };
    return { name: id, document, out: ports, size: draft.size };
  }

  /** A graph may use those before it, and those around it that none of its siblings hides. */
  private graphs(id: string, maxNodes: number, nesting: number, { steps, graphs }: Visible): readonly Known[] {
    const names = Array.from({ length: this.choose(3) }, (_, k) => ({ name: this.isPlain ? `${id}_g${k}` : `g${k}` }));
    const outer = this.isPlain ? [] : unhidden(graphs, names);
    const made: Known[] = [];
    for (const { name } of names) {
      const most = this.choose(Math.max(1, this.isPlain ? maxNodes >> 2 : maxNodes >> 1));
      made.push(this.graph(name, most, nesting + 1, { steps, graphs: this.isPlain ? [] : [...outer, ...made] }));
    }
    return made;
  }

  private otherSteps(): Steps {
    const hides = this.isWide && this.maybe(2);
    return hides ? Object.fromEntries(Object.entries(OTHERS).filter(() => this.maybe(2))) : {};
  }

  private inputs(): Ports {
    // What the builder takes no literal for must have something to read.
    const ports: Record<string, PortSchema> = this.isTyped ? { ...SCHEMAS } : {};
    for (let k = this.choose(4); k > 0; k -= 1) {
      const kind = this.pick(this.kinds);
      const given = this.pick(['required', 'optional', 'default'] as const);
      const extra =
        given === 'default' ? { default: this.literal(kind) } : given === 'optional' ? { optional: true } : {};
      ports[`i${k}`] = { ...SCHEMAS[kind], ...extra };
    }
    return ports;
  }

  /** Ids in another order than the nodes depend on one another. */
  private readonly nodeId = (k: number): string => `${this.pick(['n', 'a', 'z', 'm-'])}${k}`;

  /** Adds a node, and says how many it comes to. */
  private node(draft: Draft, id: string, left: number): number {
    const what = this.choose(this.isPlain ? 8 : 10);
    const graph = draft.graphs[this.choose(this.isPlain ? 3 : Math.max(1, draft.graphs.length))];
    if (what === 7 && draft.sources.number.length > 0) return this.sleep(draft, id);
    if (what >= 5 && graph !== undefined && graph.size <= left) return this.graphNode(draft, id, graph);
    return this.stepNode(draft, id);
  }

  private stepNode(draft: Draft, id: string): number {
    const step = this.pick(Object.keys(draft.steps));
    const manifest = draft.steps[step] as Manifest;
    const node: StepNode = {
      step,
      in: this.wires(draft, manifest.in ?? {}),
      ...this.when(draft),
      ...this.policy(manifest),
      ...(step === 'scale' && this.maybe(2) && { options: this.options() }),
    };
    this.add(draft, id, node, manifest.out ?? {});
    return 1;
  }

  private graphNode(draft: Draft, id: string, { name, document, out, size }: Known): number {
    const node: GraphNode = { graph: name, in: this.wires(draft, document.in ?? {}), ...this.when(draft) };
    this.add(draft, id, node, out);
    draft.size += size;
    return size;
  }

  private sleep(draft: Draft, id: string): number {
    const isOpen = !this.isTyped && this.maybe(12);
    const kind = this.isPlain || isOpen ? 'number' : this.pick(this.kinds);
    const value = this.isPlain
      ? (): Form => this.pick(draft.sources.number)
      : (): Form => this.form(draft, kind, this.isTyped);
    const wires = isOpen ? {} : { in: { value: value() } };
    this.add(draft, id, { sleep: this.pick([0, 250, '1s', '2m'] as const), ...wires }, { value: SCHEMAS[kind] });
    return 1;
  }

  private add(draft: Draft, id: string, node: DocumentNode, out: Ports): void {
    draft.nodes[id] = node;
    draft.size += 1;
    for (const [port, schema] of Object.entries(out)) draft.sources[kindOf(schema)].push(`${id}.${port}`);
  }

  private wires(draft: Draft, ports: Ports): Record<string, Form> {
    const wires: Record<string, Form> = {};
    for (const [name, schema] of Object.entries(ports)) {
      const mayBeLeft = schema.optional === true || schema.default !== undefined;
      const isLeft = mayBeLeft ? this.maybe(2) : !this.isTyped && this.maybe(12);
      if (!isLeft) wires[name] = this.form(draft, kindOf(schema));
    }
    return wires;
  }

  /** `isPort`: where the builder takes ports only. */
  private form({ sources }: Pick<Draft, 'sources'>, kind: Kind, isPort = false, depth = 0): Form {
    const some = (of: Kind, least: number, mayEndWithLiteral = false): readonly Form[] => {
      const length = least + this.choose(3);
      const isLast = (k: number): boolean => mayEndWithLiteral && k === length - 1;
      return Array.from({ length }, (_, k) => this.form({ sources }, of, this.isTyped && !isLast(k), depth + 1));
    };
    const isReference = !this.isPlain && this.maybe(2);
    const what = isReference ? 0 : this.choose(depth < 3 ? 8 : 4);
    if (what === 7 && kind === 'numbers') return { flat: { list: some('numbers', 0) } };
    if (what >= 5 && kind === 'numbers') return { list: some('number', 0) };
    if (what >= 4 && depth < 3) return { first: some(kind, 1, true) };
    if (!isPort && (what === 3 || sources[kind].length === 0)) return { value: this.literal(kind) };
    return this.pick(sources[kind]);
  }

  private when(draft: Draft): { readonly when?: Condition } {
    if (!this.maybe(3)) return {};
    if (this.maybe(2)) return { when: this.form(draft, 'boolean', this.isTyped) };
    const named = {
      n: this.form(draft, 'number', this.isTyped),
      yes: this.form(draft, 'boolean', this.isTyped),
      list: this.form(draft, 'numbers', this.isTyped),
      ...(!this.isPlain && { text: this.form(draft, 'text', this.isTyped) }),
    };
    const expr = this.pick(this.isPlain || this.maybe(2) ? EXPRESSIONS : WIDE_EXPRESSIONS);
    return { when: { expr, in: named } };
  }

  private options(): JsonObject {
    const all = { factor: this.choose(9), label: 'x' };
    return this.isPlain ? all : this.pick([all, { factor: all.factor }, { label: all.label }]);
  }

  private policy({ out = {} }: Manifest): Policy & { readonly limit?: number; readonly onFailure?: OnFailure } {
    const covered = Object.entries(out).filter(() => !(this.isWide && this.maybe(4)));
    const fallback = Object.fromEntries(covered.map(([name, schema]) => [name, this.literal(kindOf(schema))]));
    return {
      ...(this.maybe(5) && {
        retry: { attempts: 1 + this.choose(4), backoff: this.pick(['none', 'jitter'] as const) },
      }),
      ...(this.maybe(8) && { deadline: `${1 + this.choose(50)}s` as const }),
      ...(this.maybe(8) && { heartbeat: false as const }),
      ...(this.maybe(8) && { limit: 1 + this.choose(3) }),
      ...(this.maybe(4) && { onFailure: this.pick(['fail', 'skip', { fallback }] as const) }),
    };
  }

  private outputs(draft: Draft): {
    readonly out: Record<string, Form>;
    readonly ports: Ports;
    readonly returns: Ports;
  } {
    const out: Record<string, Form> = {};
    const ports: Record<string, PortSchema> = {};
    const returns: Record<string, PortSchema> = {};
    for (let k = this.choose(4) + (this.isPlain ? 0 : 1); k > 0; k -= 1) {
      const kind = this.pick(this.kinds);
      const extra = this.maybe(3) ? { default: this.literal(kind) } : this.maybe(2) ? { optional: true } : {};
      ports[`o${k}`] = { ...SCHEMAS[kind], ...extra };
      const isWired = Object.keys(extra).length === 0 || !this.maybe(6);
      if (isWired) out[`o${k}`] = this.form(draft, kind);
      const isDeclared = !(this.isWide && isWired && this.maybe(4));
      if (isDeclared) returns[`o${k}`] = ports[`o${k}`] as PortSchema;
    }
    return { out, ports, returns };
  }

  private clusters(ids: readonly string[]): Record<string, Cluster> {
    const members = [[], []] as string[][];
    for (const id of ids) members[this.choose(4)]?.push(id);
    return {
      mill: { nodes: members[0] ?? [], queue: 'mill', limit: 1 + this.choose(2) },
      bar: { nodes: members[1] ?? [], ...(this.maybe(2) && { queue: 'bar' }) },
    };
  }

  private literal(kind: Kind): boolean | number | string | null | readonly number[] {
    if (kind === 'text') return this.pick([null, '', 'a']);
    if (kind === 'boolean') return this.maybe(2);
    if (kind === 'number') return this.choose(10);
    return Array.from({ length: this.choose(4) }, () => this.choose(10));
  }

  /** A number below `count`; 0 once the tape is at its end. */
  private choose(count: number): number {
    return (this.tape[this.next++] ?? 0) % count;
  }
  /** True once in `count`; false at the end of the tape. */
  private maybe(count: number): boolean {
    return this.choose(count) === count - 1;
  }
  private pick<T>(from: readonly T[]): T {
    return from[this.choose(from.length)] as T;
  }
}

const EXPRESSIONS = ['n > 3', 'not yes', 'yes and n <= 7', 'len(list) > 1', 'has(n)', 'yes ? n > 1 : n > 2'];
/** The last two fail on some values. */
const WIDE_EXPRESSIONS = ['text == null', 'has(text) and (yes or n in list)', '5 / (n % 2) > 1', 'list[0] < n'];

/** Those whose names mean the same among `own`. */
const unhidden = (around: readonly Known[], own: readonly { readonly name: string }[]): readonly Known[] =>
  around.filter(({ name }) => !own.some(other => other.name === name));
