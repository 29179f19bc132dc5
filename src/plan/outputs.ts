import type { Document, Form } from '../document/document.js';
import { portProblem } from '../document/ids.js';
import { checkId } from './definition.js';
import type { LocalOutput } from './local-body.js';
import { under, type Place } from './place.js';
import { NO_PORTS, readPorts, type PortTable } from './ports.js';
import { UNRESOLVED } from './read-reference.js';
import { suggestion } from './report.js';
import { readForm, type Wiring } from './wire.js';

/** Where the outputs of a body stand in a document. */
interface Outputs {
  readonly wired: Readonly<Record<string, Form>>;
  readonly at: Place;
  /** Those that are declared. */
  readonly ports: PortTable;
  readonly declaredAt: Place;
}

/** The outputs of a document by name: those it wires (`out`), and those it only declares (`returns`). */
export function readOutputs(document: Document, wiring: Wiring, place: Place | undefined): readonly LocalOutput[] {
  const declaredAt = under(place, 'returns');
  const ports = readPorts(document.returns, declaredAt, wiring.report);
  return outputsOf({ wired: document.out ?? {}, at: under(place, 'out'), ports, declaredAt }, wiring);
}

/** What an each gives of an item. */
export const itemOutputs = (wired: Outputs['wired'] = {}, wiring: Wiring, at: Place): readonly LocalOutput[] =>
  outputsOf({ wired, at, ports: NO_PORTS, declaredAt: at }, wiring);

/** The state that an iteration leaves to the next. */
export const nextState = (
  wired: Outputs['wired'] = {},
  state: PortTable,
  wiring: Wiring,
  place: Place,
): readonly LocalOutput[] => {
  const at = under(place, 'next');
  for (const name of Object.keys(wired)) {
    if (state.index.has(name)) continue;
    wiring.report('unknown_port', under(at, name), `the loop has no state "${name}"${suggestion(name, state.index)}`);
  }
  return outputsOf({ wired, at, ports: state, declaredAt: under(under(place, 'loop'), 'state') }, wiring);
};

function outputsOf({ wired, at, ports, declaredAt }: Outputs, wiring: Wiring): readonly LocalOutput[] {
  const names = new Set([...Object.keys(wired), ...ports.index.keys()]);
  return [...names].sort().map(name => {
    const port = ports.list[ports.index.get(name) ?? -1];
    const isWired = Object.hasOwn(wired, name);
    const place = under(isWired ? at : declaredAt, name);
    if (port === undefined) checkId(name, place, wiring.report, portProblem);
    if (!isWired && port?.optional === false && port.default === undefined) {
      const where = `\`${at.key}\` doesn't say where it comes from`;
      wiring.report('missing_output', place, `the output "${name}" is declared, but ${where}`);
    }
    const of = isWired ? readForm(wiring, wired[name] as Form, place, -1) : UNRESOLVED;
    return { name, of, place, ...(port !== undefined && { port }) };
  });
}
