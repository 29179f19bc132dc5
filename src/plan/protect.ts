import type { Document, Protection } from '../document/document.js';
import { NODE_INPUT } from '../document/reference.js';
import { entries } from './definition.js';
import type { LocalProtection } from './local-body.js';
import { under, type Place } from './place.js';
import { suggestion } from './report.js';
import { unknownNode } from './read-reference.js';
import { itemsSlot } from './stream.js';
import { readForm, type Wiring } from './wire.js';

/** The ports that a document protects, by address; reports those that are not there. */
export function readProtected({ protect }: Document, wiring: Wiring, up: Place): readonly LocalProtection[] {
  return entries<Protection>(protect).map(([address, protection]) => {
    checkAddress(wiring, address, under(up, address));
    return { address, protection };
  });
}

function checkAddress(wiring: Wiring, address: string, place: Place): void {
  const slash = address.indexOf(NODE_INPUT);
  // Outputs and the graph's own inputs are what forms read, so they are found as those are.
  if (slash < 0) return void (itemsSlot(wiring, address) ?? readForm(wiring, address, place, -1));
  const id = address.slice(0, slash);
  const name = address.slice(slash + NODE_INPUT.length);
  const node = wiring.nodes[wiring.index.get(id) ?? -1];
  if (node === undefined) return void unknownNode(wiring, id, address, place);
  if (node.use.kind === 'unknown' || node.use.in.index.has(name)) return;
  wiring.report('unknown_port', place, `node "${id}" has no input "${name}"${suggestion(name, node.use.in.index)}`);
}
