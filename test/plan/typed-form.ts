import { z } from 'zod';
import type {
  Condition,
  Document,
  DocumentNode,
  EachNode,
  Form,
  LoopNode,
  Ports,
  PortSchema,
} from '../../src/document/document.js';
import type { AnyGraph, AnyStep } from '../../src/graph/contract.js';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import type { Handle, Untyped } from '../graph/untyped.js';
import { kindOf, type Kind } from './kit.js';
import { graphNamed, stepNamed, type Scope } from './scope.js';

/** Writes a document (of the breadth `typed`) down again as a program would: with `step`, `graph` and the builder. */
export const typedForm = (document: Document): AnyGraph => new Writer().graph({ document, around: undefined });

/**
 * A graph or a body being built: its builder, and the handles of the graph's inputs (`$in`), of the nodes so far, and of what
 * scopes have, by the words for it (`$item`, `$state`, also `p.$item`).
 */
interface Draft {
  readonly g: Untyped;
  readonly handles: Map<string, Handle>;
}

class Writer {
  private readonly graphs = new Map<Document, AnyGraph>();
  private readonly steps = new Map<string, AnyStep>();

  /** Ids of nested graphs are no part of a plan, and one id can't stand for two graphs of a program: they are numbered. */
  graph(scope: Scope): AnyGraph {
    const { document } = scope;
    const known = this.graphs.get(document);
    if (known !== undefined) return known;
    const { title, onFailure } = document;
    const nested = graphsIn(document.nodes);
    // Before this one: a graph gets its number when those inside it have theirs.
    for (const name of nested) this.graph(graphNamed(scope, name));
    const id = scope.around === undefined ? document.id : `g${this.graphs.size}`;
    const contract = {
      id,
      in: zodPorts(document.in),
      out: zodPorts(document.returns),
      ...(title !== undefined && { title }),
      ...(onFailure !== undefined && { onFailure }),
    };
    const made = graph(contract, (g, input) => {
      // Which ports there are is known only when this runs: their types say nothing here.
      const handles = new Map([['$in', input as unknown as Handle]]);
      return { out: this.fill(scope, { g: g as unknown as Untyped, handles }) };
    });
    this.graphs.set(document, made);
    return made;
  }

  private fill(scope: Scope, draft: Draft): Readonly<Record<string, unknown>> {
    const { nodes = {}, clusters = {}, out } = scope.document;
    for (const [id, node] of Object.entries(nodes)) {
      const [name, cluster] = Object.entries(clusters).find(([, { nodes: members }]) => members.includes(id)) ?? [];
      const { nodes: _, ...options } = cluster ?? { nodes: [] };
      const add = (g: Untyped): unknown => draft.handles.set(id, this.handleOf(scope, { ...draft, g }, id, node));
      if (name === undefined) add(draft.g);
      else draft.g.cluster(name, options, add);
    }
    return wires(draft, out);
  }

  private handleOf(scope: Scope, draft: Draft, id: string, node: DocumentNode): Handle {
    if ('each' in node) return this.each(scope, draft, id, node);
    if ('loop' in node) return this.loop(scope, draft, id, node);
    if ('collect' in node) throw new Error(`${id}: these documents have no streams`);
    const given = wires(draft, node.in);
    if ('sleep' in node) return { value: draft.g.sleep(given['value'], node.sleep, { as: id }) };
    const { in: _, when, ...rest } = node;
    const contract = 'graph' in rest ? this.graph(graphNamed(scope, rest.graph)) : this.step(scope, rest.step);
    const options = Object.entries(rest).filter(([key]) => key !== 'graph' && key !== 'step');
    const condition = when === undefined ? {} : { when: conditionOf(draft, when) };
    return draft.g.run(contract, given, { as: id, ...Object.fromEntries(options), ...condition });
  }

  private each(scope: Scope, draft: Draft, id: string, { each, nodes, out, ...options }: EachNode): Handle {
    return draft.g.each(partOf(draft, each), { as: id, ...options }, (g, $item, $index) => {
      const inner = inside(draft, g, id, { $item, $index });
      this.add(scope, inner, nodes);
      return { out: wires(inner, out) };
    });
  }

  private loop(scope: Scope, draft: Draft, id: string, { loop, in: given, nodes, next }: LoopNode): Handle {
    const { state, until, ...rest } = loop;
    // Text in the options is for what reads the state alone.
    const text = typeof until === 'object' && 'expr' in until && until.in === undefined ? until.expr : undefined;
    const init = wires(draft, given);
    const options = { as: id, state: zodPorts(state), init, ...rest, ...(text !== undefined && { until: text }) };
    return draft.g.loop(options, (g, $state, $iteration) => {
      const inner = inside(draft, g, id, { $state, $iteration });
      this.add(scope, inner, nodes);
      const condition = until === undefined || text !== undefined ? {} : { until: conditionOf(inner, until) };
      return { next: wires(inner, next), ...condition };
    });
  }

  private add(scope: Scope, draft: Draft, nodes: Document['nodes'] = {}): void {
    for (const [id, node] of Object.entries(nodes)) draft.handles.set(id, this.handleOf(scope, draft, id, node));
  }

  private step(scope: Scope, id: string): AnyStep {
    const known = this.steps.get(id);
    if (known !== undefined) return known;
    const { in: inputs, out, options, context: _, ...rest } = stepNamed(scope, id);
    const made = step({ id, in: zodPorts(inputs), out: zodPorts(out), options: zodPorts(options), ...rest });
    this.steps.set(id, made);
    return made;
  }
}

/** The graphs that nodes use, those in bodies included. */
const graphsIn = (nodes: Document['nodes'] = {}): readonly string[] =>
  Object.values(nodes).flatMap(node => {
    if ('graph' in node) return [node.graph];
    return 'each' in node || 'loop' in node ? graphsIn(node.nodes) : [];
  });

/** A body of a node, with what its scopes have. */
function inside({ handles }: Draft, g: Untyped, id: string, words: Readonly<Record<string, Handle>>): Draft {
  const own = Object.entries(words).flatMap(([word, handle]) => [
    [word, handle] as const,
    [`${id}.${word}`, handle] as const,
  ]);
  return { g, handles: new Map([...handles, ...own]) };
}

const ZOD: Readonly<Record<Kind, z.ZodType>> = {
  number: z.number(),
  boolean: z.boolean(),
  numbers: z.array(z.number()),
  text: z.string().nullable(),
};

const zodPorts = (ports: Ports = {}): Readonly<Record<string, z.ZodType>> =>
  Object.fromEntries(Object.entries(ports).map(([name, schema]) => [name, zodPort(schema)]));

function zodPort(schema: PortSchema): z.ZodType {
  const plain = schema.type === 'string' ? z.string() : ZOD[kindOf(schema)];
  if (schema.default !== undefined) return plain.default(schema.default);
  return schema.optional === true ? plain.optional() : plain;
}

const wires = (draft: Draft, forms: Readonly<Record<string, Form>> = {}): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, partOf(draft, form)]));

/** What to give the builder for a form: a port of it, or a literal. */
function partOf(draft: Draft, form: Form): unknown {
  if (typeof form === 'string') {
    const word = draft.handles.get(form);
    const dot = form.lastIndexOf('.');
    return word ?? draft.handles.get(form.slice(0, dot))?.[form.slice(dot + 1)];
  }
  const { g } = draft;
  if ('value' in form) return form.value;
  if ('first' in form) return g.first(...form.first.map(part => partOf(draft, part)));
  if ('list' in form) return g.list(form.list.map(part => partOf(draft, part)));
  return g.flat(partOf(draft, form.flat));
}

function conditionOf(draft: Draft, when: Condition): unknown {
  if (typeof when === 'string' || !('expr' in when)) return partOf(draft, when);
  return { expr: when.expr, in: wires(draft, when.in) };
}
