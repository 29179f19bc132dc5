import type { Document, Form } from '../document/document.js';
import { portProblem } from '../document/ids.js';
import { checkId } from './definition.js';
import type { LocalOutput } from './local-body.js';
import { under, type Place } from './place.js';
import { readPorts } from './ports.js';
import { readForm, UNRESOLVED, type Wiring } from './wire.js';

/** The outputs of a document by name: those it wires (`out`), and those it only declares (`returns`). */
export function readOutputs(document: Document, wiring: Wiring, place: Place | undefined): readonly LocalOutput[] {
  const { out = {}, returns } = document;
  const declared = readPorts(returns, under(place, 'returns'), wiring.report);
  const names = new Set([...Object.keys(out), ...declared.index.keys()]);
  return [...names].sort().map(name => {
    const port = declared.list[declared.index.get(name) ?? -1];
    const wired = Object.hasOwn(out, name);
    const at = under(under(place, wired ? 'out' : 'returns'), name);
    if (port === undefined) checkId(name, at, wiring.report, portProblem);
    if (!wired && port?.optional === false && port.default === undefined) {
      wiring.report(
        'missing_output',
        at,
        `the output "${name}" is declared, but \`out\` doesn't say where it comes from`,
      );
    }
    const of = wired ? readForm(wiring, out[name] as Form, at, -1) : UNRESOLVED;
    return { name, of, place: at, ...(port !== undefined && { port }) };
  });
}
