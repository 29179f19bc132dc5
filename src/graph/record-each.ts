import { ITEMS } from '../document/body.js';
import type { DocumentNode, Form, OnRunFailure } from '../document/document.js';
import { portProblem } from '../document/ids.js';
import type { Body } from './address.js';
import { builtPart } from './built-part.js';
import { checkNames } from './check-names.js';
import { itemsOf, itemsPort, portForm } from './port-form.js';
import { portFacts } from './port-ref.js';
import type { Ports } from './ports.js';
import { Recording } from './recording.js';

/** The options of `g.each`, as they come without their types. */
export interface AnyEachOptions {
  readonly as: string;
  readonly concurrency?: number | undefined;
  readonly buffer?: number | undefined;
  readonly ordered?: boolean | undefined;
  readonly onFailure?: OnRunFailure | undefined;
}

const OPTIONS = ['as', 'concurrency', 'ordered', 'onFailure'];
const ON_STREAMS = [...OPTIONS, 'buffer'];

/** Adds the node that `g.each` stands for, with what `build` records of its body, and gives its ports. */
export function recordEach(
  recording: Recording,
  list: unknown,
  options: AnyEachOptions,
  build: (body: Recording, yields: Ports | undefined) => unknown,
): Body {
  const { as: id, concurrency, buffer, ordered, onFailure } = options;
  const owner = `each "${id}"`;
  const items = itemsOf(recording, `${owner}, list`, list);
  const taker = items ? { what: 'an each over a stream', known: ON_STREAMS } : { what: 'an each', known: OPTIONS };
  checkNames(recording, { owner, ...taker }, options);
  recording.claim(id, 'g.each');
  const each = items ? itemsPort(items.of) : portForm(recording, `${owner}, list`, list);
  const body = new Recording(recording.graph, { kind: 'each', id, around: recording });
  const out = outputs(body, builtPart(body, 'out', build(body, items?.yields)));
  const node: DocumentNode = {
    each,
    ...(concurrency !== undefined && { concurrency }),
    ...(buffer !== undefined && { buffer }),
    ...(ordered !== undefined && { ordered }),
    ...(onFailure !== undefined && { onFailure }),
    nodes: body.closeBody(),
    out,
  };
  const use: Body = { kind: 'each', id, in: { [ITEMS]: each }, out, nodes: body.uses() };
  recording.place(id, { node, what: 'g.each', use });
  return use;
}

/** What the body gives out for one item. Its names are those of the node's outputs. */
function outputs(body: Recording, given: unknown): Readonly<Record<string, Form>> {
  if (typeof given !== 'object' || given === null || portFacts(given) !== undefined) {
    throw body.error('missing_wire', 'outputs: expected an object of ports by name');
  }
  const forms = Object.entries(given).map(([name, port]): [string, Form] => {
    body.checkId('output', name, portProblem);
    return [name, portForm(body, `output "${name}"`, port)];
  });
  return Object.fromEntries(forms);
}
