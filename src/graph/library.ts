import type { Document, Manifest } from '../document/document.js';
import { canonicalJson } from '../value/canonical.js';
import type { Json } from '../value/json.js';
import { isGraph, type AnyContract, type AnyStep } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { manifestOf } from './manifest.js';

interface Known<T> {
  readonly entry: T;
  /** Where it was met first, for messages: `node "cover"`. */
  readonly where: string;
}

/** What the nodes of a graph use, nested graphs' own uses included: one contract per step id, one document per graph id. */
export class Library {
  readonly #steps = new Map<string, Known<Manifest>>();
  readonly #graphs = new Map<string, Known<Document>>();

  constructor(private readonly graph: string) {}

  get steps(): Readonly<Record<string, Manifest>> {
    return entriesOf(this.#steps);
  }

  get graphs(): Readonly<Record<string, Document>> {
    return entriesOf(this.#graphs);
  }

  /** Adds what node `node` uses; throws `duplicate_id` if its id stands for something else already. */
  use(contract: AnyContract, node: string): void {
    const where = `node "${node}"`;
    if (isGraph(contract)) this.#useGraph(contract.document, where);
    // A contract that is no graph was made by `step` or `stream`.
    else this.#put(this.#steps, 'step', contract.id, { entry: manifestOf(contract as AnyStep), where });
  }

  #useGraph(document: Document, where: string): void {
    const body = bodyOf(document);
    if (this.#graphs.get(document.id)?.entry === body) return;
    this.#put(this.#graphs, 'graph', document.id, { entry: body, where });
    const inside = `${where} (in graph "${document.id}")`;
    for (const [id, entry] of Object.entries(document.steps ?? {}))
      this.#put(this.#steps, 'step', id, { entry, where: inside });
    for (const [id, entry] of Object.entries(document.graphs ?? {}))
      this.#put(this.#graphs, 'graph', id, { entry, where: inside });
  }

  #put<T extends object>(known: Map<string, Known<T>>, kind: string, id: string, next: Known<T>): void {
    if (kind === 'graph' && id === this.graph) this.#conflict(kind, id, 'the graph itself', next.where, '');
    const before = known.get(id);
    if (before === undefined) known.set(id, next);
    else if (before.entry !== next.entry) {
      const fields = differences(before.entry, next.entry);
      if (fields.length > 0)
        this.#conflict(kind, id, before.where, next.where, `: they differ in ${fields.join(', ')}`);
    }
  }

  #conflict(kind: string, id: string, first: string, second: string, how: string): never {
    throw new DefinitionError(
      'duplicate_id',
      `graph "${this.graph}": ${kind} id "${id}" stands for two different ${kind}s, at ${first} and at ${second}${how}; rename one`,
    );
  }
}

function entriesOf<T>(known: ReadonlyMap<string, Known<T>>): Readonly<Record<string, T>> {
  return Object.fromEntries([...known].map(([id, { entry }]) => [id, entry]));
}

const bodies = new WeakMap<Document, Document>();
/** A nested graph's document without its own library, which the outermost document carries for all. */
function bodyOf(document: Document): Document {
  let body = bodies.get(document);
  if (body === undefined) {
    const { steps: _, graphs: __, ...rest } = document;
    body = Object.freeze(rest);
    bodies.set(document, body);
  }
  return body;
}

/** The fields in which two manifests or documents differ. */
function differences(first: object, second: object): string[] {
  const [one, other] = [new Map(Object.entries(first)), new Map(Object.entries(second))];
  const text = (value: unknown): string => canonicalJson((value ?? null) as Json);
  return [...new Set([...one.keys(), ...other.keys()])].filter(key => text(one.get(key)) !== text(other.get(key)));
}
