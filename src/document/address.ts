import { sha256 } from '../value/sha256.js';
import { idProblem, portProblem } from './ids.js';

/**
 * Text that names a node or a port in a run (engine.md §1); everything counts from 0:
 *
 * ```
 * output   := [scope '/'] node '.' port         brew.coffee   refine@1/better.text   pages[3]/hard/ocr.text
 * input    := [scope '/'] node '/$in.' port     brew/$in.powder
 * graph's  := [scope '/'] '$in.' port           $in.water     $out.coffee            $[2]/$in.water
 * node     := [scope '/'] id ['#' generation]   brew   pages[3]/hard/ocr   brew#2
 * scope    := segment ('/' segment)*
 * ```
 */
export type Address = NodeAddress | PortAddress;
export interface NodeAddress {
  readonly kind: 'node';
  readonly scope: readonly Segment[];
  readonly node: string;
  /** From 1; none stands for whichever there is. */
  readonly generation?: number;
}
export interface PortAddress {
  readonly kind: 'input' | 'output';
  readonly scope: readonly Segment[];
  /** Without it, the port is the graph's own. */
  readonly node?: string;
  readonly port: string;
}

/** `node`: a nested graph, or all items or iterations of what opens scopes. `feed`: one input of a runner. */
export type Segment =
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'item' | 'iteration'; readonly id: string; readonly index: number }
  | { readonly kind: 'feed'; readonly index: number };

/** An index as it is written, without leading zeros: an address has one text. */
const INDEX = '(0|[1-9]\\d{0,14})';
const FEED = new RegExp(`^\\$\\[${INDEX}\\]$`);
const INDEXED = new RegExp(`^([\\w-]+)(?:\\[${INDEX}\\]|@${INDEX})$`);
const ATTEMPT = /^(.*)#([1-9]\d{0,14})$/;

/** Reads an address; undefined if the text is none. `formatAddress` gives the same text back. */
export function parseAddress(text: string): Address | undefined {
  const dot = text.indexOf('.');
  if (dot < 0) return parseNode(text);
  const port = text.slice(dot + 1);
  const path = text.slice(0, dot).split('/');
  const last = path.pop() ?? '';
  const scope = parseScope(path);
  if (scope === undefined || portProblem(port) !== undefined) return undefined;
  if (last === '$in') return inputOf(scope, port);
  if (last === '$out') return ownsPorts(scope) ? { kind: 'output', scope, port } : undefined;
  return idProblem(last) === undefined ? { kind: 'output', scope, node: last, port } : undefined;
}

function parseNode(text: string): NodeAddress | undefined {
  const [, before = text, generation] = ATTEMPT.exec(text) ?? [];
  const path = before.split('/');
  const node = path.pop() ?? '';
  const scope = parseScope(path);
  if (scope === undefined || idProblem(node) !== undefined) return undefined;
  return { kind: 'node', scope, node, ...(generation !== undefined && { generation: Number(generation) }) };
}

/** What stands before `/$in.`: a node, or nothing but the run (or one feed of it). */
function inputOf(scope: readonly Segment[], port: string): PortAddress | undefined {
  if (ownsPorts(scope)) return { kind: 'input', scope, port };
  const last = scope.at(-1);
  return last?.kind === 'node' ? { kind: 'input', scope: scope.slice(0, -1), node: last.id, port } : undefined;
}

const ownsPorts = (scope: readonly Segment[]): boolean => scope.length === 0 || scope.at(-1)?.kind === 'feed';

function parseScope(path: readonly string[]): readonly Segment[] | undefined {
  const segments = path.map(parseSegment);
  return segments.every(segment => segment !== undefined) ? segments : undefined;
}

function parseSegment(text: string): Segment | undefined {
  if (idProblem(text) === undefined) return { kind: 'node', id: text };
  const feed = FEED.exec(text)?.[1];
  if (feed !== undefined) return { kind: 'feed', index: Number(feed) };
  const [, id = '', item, iteration] = INDEXED.exec(text) ?? [];
  if (idProblem(id) !== undefined) return undefined;
  return { kind: item === undefined ? 'iteration' : 'item', id, index: Number(item ?? iteration) };
}

export function formatAddress(address: Address): string {
  const path = address.scope.map(formatSegment);
  switch (address.kind) {
    case 'node':
      path.push(address.generation === undefined ? address.node : `${address.node}#${address.generation}`);
      break;
    case 'input':
      path.push(...(address.node === undefined ? [] : [address.node]), `$in.${address.port}`);
      break;
    case 'output':
      path.push(`${address.node ?? '$out'}.${address.port}`);
      break;
  }
  return path.join('/');
}

function formatSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'node':
      return segment.id;
    case 'item':
      return `${segment.id}[${segment.index}]`;
    case 'iteration':
      return `${segment.id}@${segment.index}`;
    case 'feed':
      return `$[${segment.index}]`;
  }
}

/** An address without items and iterations: it stands for all of them. */
export const withoutIndices = (address: string): string => address.replace(/\[\d+\]|@\d+/g, '');

/** The longest activity id, in bytes; addresses are ASCII. */
const LONGEST = 200;
const KEPT = 180;

/**
 * The id of an activity: the address of what it works for, `#2` and so on for a later generation, and `!suffix` for
 * other work than executing the node. Beyond 200 bytes the first 180, `~` and 16 hex of the SHA-256 of it all.
 */
export function activityId(address: string, generation: number, suffix?: string): string {
  const id = `${address}${generation > 1 ? `#${generation}` : ''}${suffix === undefined ? '' : `!${suffix}`}`;
  return id.length <= LONGEST ? id : `${id.slice(0, KEPT)}~${sha256(id).slice(0, 16)}`;
}

/** What it is in the graph of a runner: `hard/ocr[2]` of `$[3]/hard/ocr[2]`. */
export const withoutFeed = (address: string): string => address.replace(/^\$\[\d+\]\//, '');
