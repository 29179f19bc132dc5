import { ITEMS } from '../document/body.js';
import type { Form } from '../document/document.js';
import type { Json } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { NODE } from './node.js';
import { decodePort } from './port-codec.js';
import { portFacts, type PortFacts } from './port-ref.js';
import type { Ports } from './ports.js';
import { qualify } from './qualify.js';
import type { Recording } from './recording.js';

/** The form of a port or a literal. A literal is JSON, and of `schema` if one is given. `at` for messages: `node "brew", port "water"`. */
export function formOf(recording: Recording, at: string, value: unknown, schema?: Ports[string]): Form {
  const facts = portFacts(value);
  return facts === undefined ? { value: literalOf(recording, at, value, schema) } : ownForm(recording, at, facts);
}

/** The form of a port; `not_a_port` for anything else. */
export function portForm(recording: Recording, at: string, value: unknown): Form {
  const facts = portFacts(value);
  if (facts !== undefined) return ownForm(recording, at, facts);
  const got = value === undefined ? 'undefined' : `a literal (${typeof value})`;
  throw recording.error(
    'not_a_port',
    `${at}: expected a port, such as an output of a node, got ${nodeText(value) ?? got}`,
  );
}

/** A copy of `value`, if it is JSON and of `schema`; else `bad_literal`. */
export function literalOf(recording: Recording, at: string, value: unknown, schema?: Ports[string]): Json {
  const problems = literalProblems(value, schema);
  if (problems.length > 0) throw recording.error('bad_literal', `${at}: ${problems.join('; ')}`);
  // Reads every part, so that a port deep inside says that it is no value.
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** What `value` reads like in messages: `grind.powder`, `a literal`. */
export const textOf = (value: unknown): string => portFacts(value)?.text ?? 'a literal';

/** The port of a node of a stream under which its items are. */
export const itemsPort = (stream: string): string => `${stream}.${ITEMS}`;

/** The items of a stream of the same body; `undefined` if `value` is something else. */
export function itemsOf(recording: Recording, at: string, value: unknown): PortFacts['items'] {
  const facts = portFacts(value);
  if (facts?.items === undefined) return undefined;
  if (facts.recording !== recording) ownForm(recording, at, facts);
  return facts.items;
}

function ownForm(recording: Recording, at: string, { recording: owner, form, text, items }: PortFacts): Form {
  if (recording.reads(owner)) {
    if (items === undefined) return qualify(form, owner, recording);
    const remedy =
      'make lists of them with g.collect, or go through them with g.each, in the body of the stream itself';
    throw recording.error('stream_needs_each', `${at}: "${text}" are the items of a stream and no value; ${remedy}`);
  }
  const { opener, outermost } = owner;
  if (opener !== undefined && outermost === recording.outermost) {
    const body = `${opener.kind} "${opener.id}"`;
    const remedy = `outside of it, read the outputs of ${body}`;
    throw recording.error('foreign_port', `${at}: "${text}" belongs to the body of ${body}; ${remedy}`);
  }
  const remedy = `pass it in through an input of graph "${recording.graph}"`;
  throw recording.error('foreign_port', `${at}: "${text}" belongs to another graph, "${owner.graph}"; ${remedy}`);
}

function literalProblems(value: unknown, schema?: Ports[string]): readonly string[] {
  const node = nodeText(value);
  if (node !== undefined) return [`expected one port, got ${node}; name the output`];
  const facts = portFacts(value);
  if (facts !== undefined) return [`expected a literal, got the port "${facts.text}"`];
  if (holdsPort(value)) return ['a literal holds no ports; make a list of ports with g.list, other things in a step'];
  const illegal = checkJson(value);
  if (illegal.length > 0) return illegal.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const decoded = schema === undefined ? undefined : decodePort(schema, value);
  return decoded === undefined || decoded.ok ? [] : decoded.problems;
}

function nodeText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !(NODE in value)) return undefined;
  return `the node "${(value[NODE] as { readonly id: string }).id}"`;
}

/** Looks one level deep; a port that lies deeper throws `not_a_value` when it is looked at. */
const holdsPort = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).some(part => portFacts(part) !== undefined);
