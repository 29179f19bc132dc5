import { ITEMS } from '../document/body.js';
import type { Form } from '../document/document.js';
import { nodeAddresses, type Use } from './address.js';
import type { G } from './builder.js';
import { isStream, type AnyContract } from './contract.js';
import { DefinitionError } from './definition-error.js';
import { suggest, named } from './named.js';
import { NODE } from './node.js';
import { formOf, itemsPort, portForm, textOf } from './port-form.js';
import { createRef, type Ref } from './port-ref.js';
import { recordCollect } from './record-collect.js';
import { recordEach, type AnyEachOptions } from './record-each.js';
import { recordLoop, type AnyLoopOptions } from './record-loop.js';
import { recordUse } from './record-use.js';
import type { Ports } from './ports.js';
import type { Recording } from './recording.js';

/** The `g` that records into `recording`. */
export function createBuilder(recording: Recording): G {
  const forms = (owner: string, values: readonly unknown[]): Form[] =>
    values.map((value, index) => portForm(recording, `${owner}, part ${index}`, value));
  const derived = (form: Form, text: string): Ref<never> => createRef({ recording, form, text });

  const g: G = {
    run(contract, wires, ...[options = {}]) {
      recording.checkOpen();
      const id = recordUse(recording, contract, wires, options);
      // `G` says by types what is true of this contract; here it is any.
      return nodeHandle(recording, id, contract) as never;
    },
    first(...values: readonly unknown[]) {
      const last = formOf(recording, 'g.first, the last part', values.at(-1));
      return derived(
        { first: [...forms('g.first', values.slice(0, -1)), last] },
        `first(${values.map(textOf).join(', ')})`,
      );
    },
    list: refs => derived({ list: forms('g.list', refs) }, `list(${refs.map(textOf).join(', ')})`),
    flat: lists => derived({ flat: portForm(recording, 'g.flat', lists) }, `flat(${textOf(lists)})`),
    sleep(value, duration, { as }) {
      const node = { sleep: duration, in: { value: portForm(recording, `node "${as}"`, value) } };
      recording.add(as, { node, what: 'g.sleep' });
      return portOf(recording, `${as}.value`);
    },
    each(items, options, body) {
      const made = recordEach(recording, items, options, (inner, yields) =>
        body(createBuilder(inner), itemHandle(inner, options, yields) as never, portOf(inner, '$index')),
      );
      return nodeHandle(recording, made.id, made) as never;
    },
    collect(items, options = {}) {
      const made = recordCollect(recording, items, options);
      return nodeHandle(recording, made.id, made) as never;
    },
    loop(options, body) {
      const made = recordLoop(recording, options, inner =>
        body(createBuilder(inner), stateHandles(inner, options) as never, portOf(inner, '$iteration')),
      );
      return nodeHandle(recording, made.id, made) as never;
    },
    protect: (port, protection) => recording.protect(addressOf(recording, port), protection),
    cluster: (name, options, body) => recording.cluster(name, options, () => body(g)),
  };
  return Object.freeze(g);
}

/** The address of a port that has one; what `g.first` and the like make has none. */
function addressOf(recording: Recording, port: unknown): string {
  const form = portForm(recording, 'g.protect', port);
  if (typeof form === 'string') return form;
  throw recording.error('not_a_port', `g.protect: expected an output of a node or an input, got ${textOf(port)}`);
}

/** The graph's own inputs, as ports. */
export function inputHandles(recording: Recording, contract: AnyContract): unknown {
  const names = Object.keys(contract.in);
  return named(new Map(refs(recording, names, '$in')), unknownPort(`graph "${contract.id}" has no input`, names));
}

/** An item of a list, or, as ports, what an item of a stream has. */
function itemHandle(body: Recording, { as }: AnyEachOptions, yields: Ports | undefined): unknown {
  if (yields === undefined) return portOf(body, '$item');
  const names = Object.keys(yields);
  return named(new Map(refs(body, names, '$item')), unknownPort(`an item of each "${as}" has no`, names));
}

/** What an iteration of a loop starts from, as ports. */
function stateHandles(body: Recording, { as, state }: AnyLoopOptions): unknown {
  const names = Object.keys(state);
  return named(new Map(refs(body, names, '$state')), unknownPort(`loop "${as}" has no state`, names));
}

/** A node: its outputs as ports, the items of a stream, and its id and addresses under `NODE`. */
function nodeHandle(recording: Recording, id: string, use: Use): unknown {
  const names = Object.keys(use.out);
  const facts = {
    id,
    get at() {
      return nodeAddresses(use, id, '');
    },
  };
  const properties = new Map<string | symbol, () => unknown>([...refs(recording, names, id), [NODE, () => facts]]);
  if (isStream(use)) {
    const text = itemsPort(id);
    properties.set(ITEMS, () => createRef({ recording, form: text, text, items: { yields: use.yields, of: id } }));
  }
  return named(properties, unknownPort(`node "${id}" has no output`, names));
}

const refs = (recording: Recording, names: readonly string[], owner: string): [string, () => Ref<never>][] =>
  names.map(name => [name, () => portOf(recording, `${owner}.${name}`)]);

const portOf = (recording: Recording, reference: string): Ref<never> =>
  createRef({ recording, form: reference, text: reference });

const unknownPort = (missing: string, names: readonly string[]) => (name: string) =>
  new DefinitionError('unknown_port', `${missing} "${name}"${suggest(name, names)}`);
