import { withoutFeed, withoutIndices } from '../document/address.js';
import type { Plan } from '../plan/plan.js';
import { nearest } from '../schema/nearest.js';
import { canonicalJson } from '../value/canonical.js';
import { EspalierError } from '../value/espalier-error.js';
import { isJsonObject, type Json, type JsonObject } from '../value/json.js';
import { checkJson } from '../value/legal.js';
import { utf8Length } from '../value/size.js';

/**
 * By component, then by name; JSON side. A component is a node, by its id or by its address without indices, which wins; what
 * stands under `_global` is for every node that its component does not give it to.
 */
export type RunContext = Readonly<Record<string, JsonObject>>;

const GLOBAL = '_global';
/** In bytes of JSON: it travels with every step that takes some, 200 of which may start in one go. */
const MOST_BYTES = 8192;

/** What a node gets of a context, of the names that its step takes. */
export function contextFor(context: RunContext, address: string, names: readonly string[]): JsonObject {
  const node = withoutIndices(withoutFeed(address));
  const places = [node, idOf(node), GLOBAL].flatMap(component =>
    Object.hasOwn(context, component) ? [context[component] as JsonObject] : [],
  );
  const given = names.flatMap(name => {
    const place = places.find(values => Object.hasOwn(values, name));
    return place ? [[name, place[name] as Json] as const] : [];
  });
  return Object.fromEntries(given);
}

/** Throws `invalid_context` with all that is wrong: what is no JSON, and what nothing in the plan would get. */
export function checkContext(plan: Plan, context: RunContext): void {
  const problems = formProblems(context) ?? unknownParts(componentsOf(plan), context);
  if (problems.length > 0) throw new EspalierError('invalid_context', `context: ${problems.join('; ')}`);
}

/** Names and paths are told, never a value. */
function formProblems(context: unknown): readonly string[] | undefined {
  const illegal = checkJson(context).map(({ path }) => `${path || 'it'} is not JSON`);
  if (illegal.length > 0) return illegal;
  const hint = `expected an object of objects, as in { ${GLOBAL}: { apiKey } }`;
  if (!isJsonObject(context as Json)) return [hint];
  const flat = Object.entries(context as JsonObject).filter(([, values]) => !isJsonObject(values));
  if (flat.length > 0) return flat.map(([component]) => `${JSON.stringify(component)} has a plain value: ${hint}`);
  const size = utf8Length(canonicalJson(context as Json));
  return size > MOST_BYTES ? [`it has ${size} bytes of JSON, expected at most ${MOST_BYTES}`] : undefined;
}

/** The names that the steps of each component take. */
type Components = ReadonlyMap<string, ReadonlySet<string>>;

function componentsOf(plan: Plan): Components {
  const components = new Map<string, Set<string>>();
  const open = [{ body: 0, prefix: '' }];
  for (const { body, prefix } of open) {
    for (const node of plan.bodies[body]?.nodes ?? []) {
      const address = prefix + node.id;
      if (node.kind === 'scoped') open.push({ body: node.body, prefix: `${address}/` });
      if (node.kind !== 'step') continue;
      const names = plan.contracts[node.contract]?.context ?? [];
      for (const component of [address, idOf(address)]) {
        components.set(component, new Set([...(components.get(component) ?? []), ...names]));
      }
    }
  }
  return components;
}

function unknownParts(components: Components, context: RunContext): readonly string[] {
  return Object.entries(context).flatMap(([component, values]) => {
    if (component === GLOBAL) return [];
    const names = components.get(component);
    if (!names) return [`there is no node ${JSON.stringify(component)}${meant(component, components.keys())}`];
    const others = Object.keys(values).filter(name => !names.has(name));
    return others.map(name => `node ${component} takes no ${JSON.stringify(name)}${meant(name, names)}`);
  });
}

function meant(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === undefined ? '' : `, did you mean "${near}"?`;
}

/** `ocr` of `hard/ocr`. */
const idOf = (node: string): string => node.slice(node.lastIndexOf('/') + 1);
