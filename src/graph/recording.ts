import type { Cluster, Document, DocumentNode, Protection } from '../document/document.js';
import { idProblem, nodeIdProblem } from '../document/ids.js';
import type { Use, Uses } from './address.js';
import { isContract } from './contract.js';
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
  readonly use?: Use;
  /** Its own label; without one it has that of the `g.cluster` around it. */
  readonly cluster?: string;
}

/** The node that a body is recorded for, and where that node is. */
export interface Opener {
  readonly kind: 'each' | 'loop';
  readonly id: string;
  readonly around: Recording;
}

const PROTECTIONS: readonly Protection[] = ['never', 'with-reason'];

/** A graph, or the body of an each or a loop, while it is built: its nodes, their clusters, and what they use. */
export class Recording {
  readonly #nodes = new Map<string, RecordedNode>();
  /** What each id stands for, for messages: of the nodes here, and of those in the bodies below. */
  readonly #ids = new Map<string, string>();
  readonly #idsBelow = new Map<string, string>();
  readonly #clusters = new Map<string, ClusterOptions & { readonly nodes: string[] }>();
  readonly #protected = new Map<string, Protection>();
  readonly #library: Library;
  /** For messages: `graph "docs"`, `graph "docs", each "pages"`. */
  readonly name: string;
  #cluster: string | undefined;
  #closed = false;

  constructor(
    readonly graph: string,
    /** Of a body. */
    readonly opener?: Opener,
  ) {
    this.#library = opener === undefined ? new Library(graph) : opener.around.#library;
    this.name = opener === undefined ? `graph "${graph}"` : `${opener.around.name}, ${nodeText(opener)}`;
  }

  /** Adds a node; throws `invalid_id` or `duplicate_id`. */
  add(id: string, recorded: RecordedNode): void {
    this.claim(id, recorded.what);
    this.place(id, recorded);
  }

  /** Takes an id for a node that is placed when its body is built, so that no node of the body has it. */
  claim(id: string, what: string): void {
    this.checkOpen();
    this.checkId('node', id, nodeIdProblem);
    const own = this.opener === undefined ? what : `${what} in ${nodeText(this.opener)}`;
    const before = this.#standsFor(id);
    if (before !== undefined) {
      const uses = before === own ? `both uses of ${own}` : `uses of ${before} and of ${own}`;
      throw this.error('duplicate_id', `two nodes are called "${id}" (${uses}); name one of them with { as: '…' }`);
    }
    this.#ids.set(id, own);
    for (const around of this.#allAround()) around.#idsBelow.set(id, own);
  }

  /** Adds a node whose id is claimed. */
  place(id: string, recorded: RecordedNode): void {
    if (isContract(recorded.use)) this.#library.use(recorded.use, id);
    this.#nodes.set(id, recorded);
    const cluster = recorded.cluster ?? this.#cluster;
    if (cluster !== undefined) this.#inCluster(cluster, {}).nodes.push(id);
  }

  /** Whether ports of `other` may be used here: it is this one, or one around it. */
  reads(other: Recording): boolean {
    return other === this || this.#allAround().includes(other);
  }

  /** The recording of the graph that this is a part of. */
  get outermost(): Recording {
    return this.#allAround().at(-1) ?? this;
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
    this.#refuseInBody('protected ports', 'use g.protect for the outputs of its node');
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

  /** The nodes that have addresses, by id. */
  uses(): Uses {
    return new Map([...this.#nodes].flatMap(([id, { use }]) => (use ? [[id, use] as const] : [])));
  }

  /** Ends the recording of a body: its nodes. What they use is kept with the graph. */
  closeBody(): Readonly<Record<string, DocumentNode>> {
    this.#closed = true;
    return Object.fromEntries([...this.#nodes].map(([id, { node }]) => [id, node]));
  }

  /** Ends the recording of a graph: what was recorded, as fields of the graph's document. */
  close(): Pick<Document, 'nodes' | 'clusters' | 'protect' | 'steps' | 'graphs'> {
    const nodes = this.closeBody();
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
    return new DefinitionError(code, `${this.name}: ${message}`);
  }

  /** Throws `invalid_id`. `what` for the message: `node`, `output`. */
  checkId(what: string, id: unknown, problemOf: (id: string) => string | undefined): void {
    const problem = typeof id === 'string' ? problemOf(id) : 'an id is text';
    if (problem !== undefined) throw this.error('invalid_id', `${what} ${JSON.stringify(id)}: ${problem}`);
  }

  /** What only a graph has; `remedy` completes "outside of it, …". */
  #refuseInBody(what: string, remedy: string): void {
    if (this.opener === undefined) return;
    throw this.error('unsupported_option', `a body has no ${what} of its own; outside of it, ${remedy}`);
  }

  /** What has the id already: here, in a body around, or in one below. */
  #standsFor(id: string): string | undefined {
    const has = [this, ...this.#allAround()].find(recording => recording.#ids.has(id));
    return (has === undefined ? this.#idsBelow : has.#ids).get(id);
  }

  /** From the nearest to the graph. */
  #allAround(): readonly Recording[] {
    return this.opener === undefined ? [] : [this.opener.around, ...this.opener.around.#allAround()];
  }

  /** The cluster's entry, with `options` added; the same option with two values is `duplicate_id`. */
  #inCluster(name: string, options: ClusterOptions): { readonly nodes: string[] } {
    this.#refuseInBody('clusters', 'put its node into a cluster, and all that it runs is in it');
    const before = this.#clusters.get(name);
    if (before === undefined) this.checkId('cluster', name, idProblem);
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

/** For messages: `each "pages"`. */
const nodeText = ({ kind, id }: Opener): string => `${kind} "${id}"`;
