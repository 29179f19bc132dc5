/** Ids of steps, graphs, nodes and clusters: they appear in addresses, paths and names on Temporal. */
const ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
/** Names of ports, options, state keys and of what an expression reads. */
const PORT = /^[A-Za-z_]\w{0,63}$/;
/** What every JavaScript object has or a promise is known by: neither an id nor a port, so that maps by name stay safe. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'then']);
/** Parts of typed addresses: `docs.at.pages.item(3)`. */
const RESERVED_NODE_IDS: ReadonlySet<string> = new Set(['in', 'out', 'item', 'items', 'yields', 'iteration']);

/** What is wrong with the id of a step, a graph or a cluster, and what is expected; undefined if nothing is. */
export function idProblem(id: string): string | undefined {
  if (RESERVED_NAMES.has(id)) return `"${id}" is reserved`;
  if (ID.test(id)) return undefined;
  return `expected an id: a letter, then up to 63 letters, digits, "_" or "-", got ${shown(id)}`;
}

/** As `idProblem`, of the id of a node. */
export function nodeIdProblem(id: string): string | undefined {
  if (RESERVED_NODE_IDS.has(id)) return `"${id}" is reserved: it is a word of addresses`;
  return idProblem(id);
}

/** As `idProblem`, of the name of a port, an option or a state key. */
export function portProblem(name: string): string | undefined {
  if (RESERVED_NAMES.has(name)) return `"${name}" is reserved`;
  if (PORT.test(name)) return undefined;
  return `expected a port name: a letter or "_", then up to 63 letters, digits or "_", got ${shown(name)}`;
}

/** Whether a name that has a problem would be well formed, were it not reserved. */
export const isReserved = (name: string): boolean => RESERVED_NAMES.has(name) || RESERVED_NODE_IDS.has(name);

const shown = (name: string): string => (name.length <= 80 ? JSON.stringify(name) : `${name.length} characters`);
