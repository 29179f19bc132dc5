import type { Form } from '../document/document.js';
import type { Json } from '../value/json.js';
import { suggest } from './named.js';
import { formOf, literalOf } from './port-form.js';
import { portFacts } from './port-ref.js';
import { mayBeAbsent, mayBeLeftOut } from './port-schema.js';
import type { Ports } from './ports.js';
import type { Recording } from './recording.js';

/**
 * What feeds `ports`, as forms. Every port that needs a value has one and no other is fed, or it throws: `unknown_port`,
 * `missing_wire`, `foreign_port`, `bad_literal`. `owner` for messages: `node "brew"`.
 */
export function wire(
  recording: Recording,
  owner: string,
  ports: Ports,
  wires: unknown,
): Readonly<Record<string, Form>> {
  return eachPort({ recording, owner, ports, given: wires, mayMiss: mayBeLeftOut }, formOf);
}

/** Literals that stand for output ports: for every one that is not optional. */
export function literals(
  recording: Recording,
  owner: string,
  ports: Ports,
  given: unknown,
): Readonly<Record<string, Json>> {
  return eachPort({ recording, owner, ports, given, mayMiss: mayBeAbsent }, literalOf);
}

interface Wiring {
  readonly recording: Recording;
  readonly owner: string;
  readonly ports: Ports;
  readonly given: unknown;
  readonly mayMiss: (schema: Ports[string]) => boolean;
}

function eachPort<T>(
  { recording, owner, ports, given, mayMiss }: Wiring,
  make: (recording: Recording, at: string, value: unknown, schema: Ports[string]) => T,
): Readonly<Record<string, T>> {
  if (typeof given !== 'object' || given === null || portFacts(given) !== undefined) {
    throw recording.error('missing_wire', `${owner}: expected an object of ports and literals by port name`);
  }
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(ports, name)) continue;
    throw recording.error('unknown_port', `${owner} has no port "${name}"${suggest(name, Object.keys(ports))}`);
  }
  const values = new Map<string, unknown>(Object.entries(given));
  const made = Object.entries(ports).flatMap(([name, schema]): [string, T][] => {
    const at = `${owner}, port "${name}"`;
    const value = values.get(name);
    if (value !== undefined) return [[name, make(recording, at, value, schema)]];
    if (mayMiss(schema)) return [];
    const hint = values.has(name) ? ', it is wired to undefined' : '';
    throw recording.error('missing_wire', `${at} needs a value${hint}`);
  });
  return Object.fromEntries(made);
}
