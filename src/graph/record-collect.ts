import { ITEMS } from '../document/body.js';
import type { Body } from './address.js';
import { checkNames } from './check-names.js';
import { itemsOf, itemsPort, textOf } from './port-form.js';
import type { Recording } from './recording.js';

/** The options of `g.collect`, as they come without their types. */
export interface AnyCollectOptions {
  readonly as?: string | undefined;
  readonly partial?: boolean | undefined;
}

/** Adds the node that `g.collect` stands for, and gives its ports. `not_a_port` for what is no stream's items. */
export function recordCollect(recording: Recording, given: unknown, options: AnyCollectOptions): Body {
  const items = itemsOf(recording, 'g.collect', given);
  if (items === undefined) {
    const message = `g.collect: expected the items of a stream, such as ${itemsPort('split')}, got ${textOf(given)}`;
    throw recording.error('not_a_port', message);
  }
  const { as: id = `${items.of}_${ITEMS}`, partial } = options;
  checkNames(recording, { owner: `collect "${id}"`, what: 'a collect', known: ['as', 'partial'] }, options);
  const collect = itemsPort(items.of);
  const use: Body = { kind: 'collect', id, in: { [ITEMS]: collect }, out: items.yields, nodes: new Map() };
  recording.add(id, { node: { collect, ...(partial !== undefined && { partial }) }, what: 'g.collect', use });
  return use;
}
