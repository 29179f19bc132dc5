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
import { FormAuthor, type Breadth, type Draft, type Known, type Visible } from './arbitrary-forms.js';
import { KIT, kindOf, OTHERS, SCHEMAS, WIDE_KIT, type Kind, type Steps } from './kit.js';

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

/** How many bodies are within one another at most: each multiplies what there is to run. */
const MOST_LEVELS = 3;

class Author extends FormAuthor {
  document(maxNodes: number): Document {
    return this.graph('root', maxNodes, 0, { steps: {}, graphs: [] }).document;
  }

  private graph(id: string, maxNodes: number, nesting: number, around: Visible): Known {
    const ownSteps = nesting === 0 ? (this.isPlain ? KIT : WIDE_KIT) : this.otherSteps();
    const steps = { ...around.steps, ...ownSteps };
    const graphs = nesting < 3 ? this.graphs(id, maxNodes, nesting, { steps, graphs: around.graphs }) : [];
    const inputs = this.inputs();
    const visible = { steps, graphs: [...unhidden(around.graphs, graphs), ...graphs] };
    const draft = this.draft({ ...visible, innermost: {}, level: 0 });
    for (const [name, schema] of Object.entries(inputs)) draft.sources[kindOf(schema)].push(`$in.${name}`);
    this.fill(draft, maxNodes);

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
    const { size, levels, isOpen } = draft;
    return { name: id, document, out: ports, size, levels, isOpen };
  }

  private draft(of: Pick<Draft, keyof Visible | 'innermost' | 'level'>, around?: Draft): Draft {
    const copy = (kind: Kind): string[] => [...(around?.sources[kind] ?? [])];
    const listsOf = (kind: Kind): string[] => [...(around?.lists[kind] ?? [])];
    const sources = { number: copy('number'), boolean: copy('boolean'), numbers: copy('numbers'), text: copy('text') };
    const lists = { boolean: listsOf('boolean'), numbers: listsOf('numbers'), text: listsOf('text') };
    return {
      ...of,
      nodes: {},
      sources,
      lists: { number: sources.numbers, ...lists },
      size: 0,
      levels: 0,
      isOpen: false,
    };
  }

  private fill(draft: Draft, maxNodes: number): void {
    for (let left = maxNodes, k = 0; left > 0; k += 1) left -= this.node(draft, this.nodeId(draft, k), left);
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
    return { ...ports, ...this.ports(this.choose(4), 'i') };
  }

  private ports(count: number, prefix: string): Ports {
    const ports: Record<string, PortSchema> = {};
    for (let k = count; k > 0; k -= 1) {
      const kind = this.pick(this.kinds);
      const given = this.pick(['required', 'optional', 'default'] as const);
      const extra =
        given === 'default' ? { default: this.literal(kind) } : given === 'optional' ? { optional: true } : {};
      ports[`${prefix}${k}`] = { ...SCHEMAS[kind], ...extra };
    }
    return ports;
  }

  /** Ids in another order than the nodes depend on one another; in a body others than around it. */
  private readonly nodeId = ({ level }: Draft, k: number): string =>
    `${this.pick(['n', 'a', 'z', 'm-'])}${k}${level === 0 ? '' : `b${level}`}`;

  /** Adds a node, and says how many it comes to. */
  private node(draft: Draft, id: string, left: number): number {
    const what = this.choose(this.isPlain ? 8 : 13);
    const graph = draft.graphs[this.choose(this.isPlain ? 3 : Math.max(1, draft.graphs.length))];
    if (what >= 10 && draft.level < MOST_LEVELS)
      return what === 10 ? this.loop(draft, id, left) : this.each(draft, id, left);
    if (what === 7 && draft.sources.number.length > 0) return this.sleep(draft, id);
    if (what >= 5 && graph !== undefined && graph.size <= left && mayUse(draft, graph)) {
      return this.graphNode(draft, id, graph);
    }
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

  private graphNode(draft: Draft, id: string, { name, document, out, size, levels, isOpen }: Known): number {
    const node: GraphNode = { graph: name, in: this.wires(draft, document.in ?? {}), ...this.when(draft) };
    this.add(draft, id, node, out);
    draft.size += size;
    draft.levels = Math.max(draft.levels, levels);
    draft.isOpen ||= isOpen;
    return size;
  }

  private sleep(draft: Draft, id: string): number {
    const isOpen = this.isLeftOpen(draft);
    const kind = this.isPlain || isOpen ? 'number' : this.pick(this.kinds);
    const value = this.isPlain
      ? (): Form => this.pick(draft.sources.number)
      : (): Form => this.form(draft, kind, this.isTyped);
    const wires = isOpen ? {} : { in: { value: value() } };
    this.add(draft, id, { sleep: this.pick([0, 250, '1s', '2m'] as const), ...wires }, { value: SCHEMAS[kind] });
    return 1;
  }

  private each(draft: Draft, id: string, left: number): number {
    const kind = this.pick(this.kinds);
    const each = this.listForm(draft, kind);
    const inner = this.inside(draft, { each: id });
    inner.sources[kind].push(`${id}.$item`);
    inner.sources.number.push(`${id}.$index`);
    this.fill(inner, this.choose(left));
    const out: Record<string, Form> = {};
    for (let k = this.choose(4); k > 0; k -= 1) {
      const given = this.pick(this.kinds);
      out[`o${k}`] = this.form(inner, given, this.isTyped);
      draft.lists[given].push(`${id}.o${k}`);
    }
    const how = {
      ...(this.maybe(4) && { concurrency: 1 + this.choose(3) }),
      // In another order than that of the items only where that order is certain.
      ...(this.maybe(4) && { concurrency: 1, ordered: false }),
      ...(this.maybe(3) && { onFailure: this.pick(['stop', 'continue'] as const) }),
    };
    return this.addBody(draft, id, inner, { each, ...how, nodes: inner.nodes, out });
  }

  private loop(draft: Draft, id: string, left: number): number {
    const state = this.ports(this.choose(3), 's');
    const wires = this.wires(draft, state);
    const inner = this.inside(draft, { loop: id });
    for (const [name, schema] of Object.entries(state)) inner.sources[kindOf(schema)].push(`${id}.$state.${name}`);
    inner.sources.number.push(`${id}.$iteration`);
    this.fill(inner, this.choose(left));
    const next = this.wires(inner, state);
    for (const [name, schema] of Object.entries(state)) {
      // A list that grew from one iteration to the next would soon be too long.
      if (kindOf(schema) === 'numbers' && next[name] !== undefined)
        next[name] = { list: this.parts(inner, 'number', 0) };
      draft.sources[kindOf(schema)].push(`${id}.${name}`);
    }
    const rule = {
      state,
      ...(this.maybe(2) && { until: this.until(inner, state) }),
      max: 1 + this.choose(4),
      ...(this.maybe(2) && { onLimit: this.pick(['stop', 'fail'] as const) }),
    };
    return this.addBody(draft, id, inner, { loop: rule, in: wires, nodes: inner.nodes, next });
  }

  private until(inner: Draft, state: Ports): Condition {
    const numbers = Object.keys(state).filter(name => state[name]?.type === 'number');
    if (this.maybe(2)) return this.condition(inner);
    if (this.maybe(2)) return { expr: `${this.pick(['iteration', ...numbers])} >= ${this.choose(4)}` };
    return { expr: `iteration + n > ${this.choose(9)}`, in: { n: this.form(inner, 'number', this.isTyped) } };
  }

  private inside(draft: Draft, own: Draft['innermost']): Draft {
    const { steps, graphs, innermost, level } = draft;
    return this.draft({ steps, graphs, innermost: { ...innermost, ...own }, level: level + 1 }, draft);
  }

  private addBody(draft: Draft, id: string, { size, levels }: Draft, node: DocumentNode): number {
    draft.nodes[id] = node;
    draft.size += 1 + size;
    draft.levels = Math.max(draft.levels, 1 + levels);
    return 1 + size;
  }

  private add(draft: Draft, id: string, node: DocumentNode, out: Ports): void {
    draft.nodes[id] = node;
    draft.size += 1;
    for (const [port, schema] of Object.entries(out)) draft.sources[kindOf(schema)].push(`${id}.${port}`);
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
}

/** In a body nothing is open; and nothing nests too deep. */
const mayUse = ({ level }: Draft, { levels, isOpen }: Known): boolean =>
  level === 0 || (!isOpen && level + levels <= MOST_LEVELS);

/** Those whose names mean the same among `own`. */
const unhidden = (around: readonly Known[], own: readonly { readonly name: string }[]): readonly Known[] =>
  around.filter(({ name }) => !own.some(other => other.name === name));
