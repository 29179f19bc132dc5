import type { Cluster, Document, DocumentNode, Protection } from '../document/document.js';
import { idProblem, nodeIdProblem } from '../document/ids.js';
import type { AnyContract } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { Library } from './library.js';

/** Where the nodes of a cluster run, and how many of them at once. */
export interface ClusterOptions {
  readonly queue?: string;
  readonly limit?: number;
}

/** A node as it was recorded. */
export interface RecordedNode {
  readonly node: DocumentNode;
  /** For messages: `step "ocr"`. */
  readonly what: string;
  readonly contract?: AnyContract;
  /** Its own label; without one it has that of the `g.cluster` around it. */
  readonly cluster?: string;
}

const PROTECTIONS: readonly Protection[] = ['never', 'with-reason'];

/** A graph while it is built: its nodes, their clusters, and what they use. */
export class Recording {
  readonly #nodes = new Map<string, RecordedNode>();
  readonly #clusters = new Map<string, ClusterOptions & { readonly nodes: string[] }>();
  readonly #protected = new Map<string, Protection>();
  readonly #library: Library;
  #cluster: string | undefined;
  #closed = false;

  constructor(readonly graph: string) {
    this.#library = new Library(graph);
  }

  /** Adds a node; throws `invalid_id` or `duplicate_id`. */
  add(id: string, recorded: RecordedNode): void {
    this.checkOpen();
    this.#checkId('node', id, nodeIdProblem);
    const before = this.#nodes.get(id);
    if (before !== undefined) {
      const uses =
        before.what === recorded.what
          ? `both uses of ${before.what}`
          : `uses of ${before.what} and of ${recorded.what}`;
      throw this.error('duplicate_id', `two nodes are called "${id}" (${uses}); name one of them with { as: '…' }`);
    }
    if (recorded.contract !== undefined) this.#library.use(recorded.contract, id);
    this.#nodes.set(id, recorded);
    const cluster = recorded.cluster ?? this.#cluster;
    if (cluster !== undefined) this.#inCluster(cluster, {}).nodes.push(id);
  }

  /** Labels the nodes that `body` adds. Of nested clusters the innermost counts. */
  cluster<R>(name: string, options: ClusterOptions, body: () => R): R {
    this.checkOpen();
    this.#inCluster(name, options);
    const around = this.#cluster;
    this.#cluster = name;
    try {
      return body();
    } finally {
      this.#cluster = around;
    }
  }

  /** Protects the port at an address; throws `duplicate_id` if it is protected already, but in another way. */
  protect(address: string, protection: Protection): void {
    this.checkOpen();
    if (!PROTECTIONS.includes(protection)) {
      const expected = PROTECTIONS.map(each => `'${each}'`).join(' or ');
      throw this.error('unsupported_option', `g.protect: expected ${expected}, got ${JSON.stringify(protection)}`);
    }
    const before = this.#protected.get(address) ?? protection;
    if (before !== protection) {
      throw this.error('duplicate_id', `"${address}" is protected twice, ${before} and ${protection}`);
    }
    this.#protected.set(address, protection);
  }

  /** Uses of contracts, by node id. */
  uses(): ReadonlyMap<string, AnyContract> {
    return new Map([...this.#nodes].flatMap(([id, { contract }]) => (contract ? [[id, contract] as const] : [])));
  }

  /** Ends the recording: what was recorded, as fields of the graph's document. */
  close(): Pick<Document, 'nodes' | 'clusters' | 'protect' | 'steps' | 'graphs'> {
    this.#closed = true;
    const nodes = Object.fromEntries([...this.#nodes].map(([id, { node }]) => [id, node]));
    const clusters: Readonly<Record<string, Cluster>> = Object.fromEntries(
      [...this.#clusters].filter(([, { nodes: members }]) => members.length > 0),
    );
    const { steps, graphs } = this.#library;
    return {
      nodes,
      ...(Object.keys(clusters).length > 0 && { clusters }),
      ...(this.#protected.size > 0 && { protect: Object.fromEntries(this.#protected) }),
      ...(Object.keys(steps).length > 0 && { steps }),
      ...(Object.keys(graphs).length > 0 && { graphs }),
    };
  }

  checkOpen(): void {
    if (this.#closed) throw this.error('foreign_port', 'it is built; its `g` can no longer be used');
  }

  error(code: string, message: string): DefinitionError {
    return new DefinitionError(code, `graph "${this.graph}": ${message}`);
  }

  #checkId(what: string, id: unknown, problemOf: (id: string) => string | undefined): void {
    const problem = typeof id === 'string' ? problemOf(id) : 'an id is text';
    if (problem !== undefined) throw this.error('invalid_id', `${what} ${JSON.stringify(id)}: ${problem}`);
  }

  /** The cluster's entry, with `options` added; the same option with two values is `duplicate_id`. */
  #inCluster(name: string, options: ClusterOptions): { readonly nodes: string[] } {
    const before = this.#clusters.get(name);
    if (before === undefined) this.#checkId('cluster', name, idProblem);
    for (const key of ['queue', 'limit'] as const) {
      const [old, next] = [before?.[key], options[key]];
      if (old === undefined || next === undefined || old === next) continue;
      throw this.error('duplicate_id', `cluster "${name}" has ${key} ${old} at one place and ${next} at another`);
    }
    const { queue = before?.queue, limit = before?.limit } = options;
    const nodes = before?.nodes ?? [];
    const entry = { nodes, ...(queue !== undefined && { queue }), ...(limit !== undefined && { limit }) };
    this.#clusters.set(name, entry);
    return entry;
  }
}
