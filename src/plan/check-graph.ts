import { localBody, openIn, orderBody, wireNodes } from './check-body.js';
import { readClusters } from './clusters.js';
import type { Definition } from './definition.js';
import { extentOf } from './extent.js';
import type { CheckedGraph } from './local-body.js';
import { readOutputs } from './outputs.js';
import { under } from './place.js';
import { readInputs } from './ports.js';
import { readProtected } from './protect.js';
import type { Checking } from './read-nodes.js';
import { checkTypes } from './types.js';

/** Checks one document and resolves its names. Everything wrong is reported. */
export function checkGraph(definition: Definition, checking: Checking): CheckedGraph {
  const { document, place } = definition;
  const { report } = checking;
  const inputs = readInputs(document.in, under(place, 'in'), report);
  const wiring = wireNodes(definition, checking, inputs);
  const body = localBody(wiring, {
    outputs: readOutputs(document, wiring, place),
    clusters: readClusters(document, wiring.nodes, wiring.index, under(place, 'clusters'), report),
    protected: readProtected(document, wiring, under(place, 'protect')),
  });
  const order = orderBody(body, report);
  const out = checkTypes(body, order, report);
  const open = body.nodes.map(openIn).find(address => address !== undefined);
  return { kind: 'graph', body, order, in: inputs, out, open, ...extentOf(body, place, report) };
}
