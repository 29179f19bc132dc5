import type { StreamFlow } from '../../src/engine/command.js';
import type { RunOptions } from '../../src/engine/options.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import { itemDigest } from '../../src/value/item-digest.js';
import { buildPlan, type ItemsSpec, type NodeSpec } from './build-plan.js';
import { Drive } from './drive.js';

type More = Partial<ItemsSpec> & { readonly onFailure?: 'stop' | 'continue' };

/** Cuts a text into parts, and says how many. */
export const split = (more: Partial<NodeSpec> = {}): NodeSpec => ({
  id: 'split',
  in: { text: '$in.text' },
  out: ['total'],
  yields: ['part'],
  ...more,
});
/** Scans each part, with its index. */
export const parts = ({ onFailure = 'continue', ...from }: More = {}, id = 'parts', more = {}): NodeSpec => ({
  id,
  in: { items: 'split.items', ...more },
  scoped: {
    kind: 'item',
    onFailure,
    from: { kind: 'items', yields: ['part'], ...from },
    body: {
      in: ['part', 'index', ...Object.keys(more)],
      nodes: [{ id: 'scan', in: { part: '$in.part', index: '$in.index' }, out: ['y'] }],
      out: { y: 'scan.y' },
    },
  },
});
/** Keeps the parts as they are. */
export const collect = (from: Partial<ItemsSpec> = {}, id = 'all'): NodeSpec => ({
  id,
  in: { items: 'split.items' },
  scoped: {
    kind: 'item',
    onFailure: 'continue',
    from: { kind: 'items', yields: ['part'], onStreamFailure: 'skip', ...from },
    body: { in: ['part', 'index'], nodes: [], out: { part: '$in.part' } },
  },
});

/** A run of nodes with a stream `split` among them, driven by hand. */
export class StreamDrive extends Drive {
  constructor(
    nodes: readonly NodeSpec[],
    options: RunOptions & { readonly out?: Record<string, string>; readonly onRunFailure?: 'stop' | 'continue' } = {},
    interventions: readonly SentIntervention[] = [],
  ) {
    const { out = {}, onRunFailure = 'continue', ...rest } = options;
    super(buildPlan({ in: ['text', 'k?'], nodes, out, onFailure: onRunFailure }), rest, interventions);
    this.start({ text: 'abc' });
  }

  execOf(address = 'split'): number {
    const exec = this.flying.get(address)?.exec;
    if (exec === undefined) throw new Error(`${address} is not in flight; what is: ${this.running.join(', ')}`);
    return exec;
  }

  /** Where the latest execution of the stream was to go on. */
  get from(): StreamFlow | undefined {
    return this.flying.get('split')?.stream;
  }

  /** How far the stream is, as its attempt hears it. */
  flow(attempt = 1, address = 'split'): StreamFlow | undefined {
    return this.engine.flow(this.execOf(address), attempt);
  }

  yield(first: number, items: readonly Json[], more: { attempt?: number; before?: Json } = {}): this {
    const { attempt = 1, before } = more;
    const rows = items.map(item => [literal(item)]);
    const digest = before !== undefined && { before: itemDigest([literal(before)]) };
    return this.event({ kind: 'yielded', exec: this.execOf(), attempt, first, items: rows, ...digest });
  }

  /** As `yield`, with the items in the store together. */
  pack(first: number, items: readonly Json[]): this {
    const last = [literal(items.at(-1) ?? null)];
    const packed = { count: items.length, last, lists: [literal([...items])] };
    return this.event({ kind: 'yielded', exec: this.execOf(), attempt: 1, first, items: packed });
  }

  end(count: number, total: Json = count): this {
    const exec = this.execOf();
    this.flying.delete('split');
    return this.event({ kind: 'completed', exec, outputs: { total: literal(total) }, count });
  }

  park(): this {
    const exec = this.execOf();
    this.flying.delete('split');
    return this.event({ kind: 'parked', exec });
  }

  /** Completes the scans of these parts. */
  scan(...indices: readonly number[]): this {
    for (const k of indices) this.complete(`parts[${k}]/scan`, { y: k });
    return this;
  }
}
