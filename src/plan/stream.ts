import type { Form } from '../document/document.js';
import { parsePortReference } from '../document/reference.js';
import { findStep, type Definition } from './definition.js';
import { ITEMS, type PlanPort, type Source } from './plan.js';
import type { Wiring } from './wire.js';

/** What the items have of the stream of this body that a form reads directly; undefined if it reads anything else. */
export function streamOf(definition: Definition, form: Form): readonly PlanPort[] | undefined {
  const { node: id = '', port } = (typeof form === 'string' && parsePortReference(form)) || {};
  const { nodes = {} } = definition.document;
  const node = Object.hasOwn(nodes, id) ? nodes[id] : undefined;
  return port === ITEMS && node !== undefined && 'step' in node
    ? findStep(definition, node.step)?.plan.yields
    : undefined;
}

/** The slot of the items of a stream of this body that a text refers to; undefined if it refers to anything else. */
export function itemsSlot({ index, nodes }: Pick<Wiring, 'index' | 'nodes'>, text: string): Source | undefined {
  const { node: id = '', port } = parsePortReference(text) ?? {};
  const { use, out = 0 } = nodes[index.get(id) ?? -1] ?? {};
  if (port !== ITEMS || use?.kind !== 'step' || use.plan.yields === undefined) return undefined;
  return out + use.returned.list.length;
}
