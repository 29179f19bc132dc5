import type { Condition, DocumentNode } from '../document/document.js';
import type { Body } from './address.js';
import { builtPart } from './built-part.js';
import { tableProblems } from './check-contract.js';
import { checkNames } from './check-names.js';
import { conditionForm } from './condition-form.js';
import { portSchemas } from './port-schema.js';
import type { Ports } from './ports.js';
import { Recording } from './recording.js';
import { wire } from './wiring.js';

/** The options of `g.loop`, as they come without their types. */
export interface AnyLoopOptions {
  readonly as: string;
  readonly state: Ports;
  readonly init: unknown;
  readonly until?: unknown;
  readonly max?: number | undefined;
  readonly onLimit?: 'fail' | 'stop' | undefined;
}

const OPTIONS = ['as', 'state', 'init', 'until', 'max', 'onLimit'];

/** Adds the node that `g.loop` stands for, with what `build` records of its body, and gives its ports. */
export function recordLoop(recording: Recording, options: AnyLoopOptions, build: (body: Recording) => unknown): Body {
  const { as: id, state, init, max, onLimit } = options;
  const owner = `loop "${id}"`;
  checkNames(recording, { owner, what: 'a loop', known: OPTIONS }, options);
  recording.claim(id, 'g.loop');
  checkState(recording, owner, state);
  const first = wire(recording, `${owner}, init`, state, init);
  const body = new Recording(recording.graph, { kind: 'loop', id, around: recording });
  const built = build(body);
  const next = wire(body, 'next', state, builtPart(body, 'next', built));
  const until = conditionOf(body, options.until, built);
  const rule = {
    state: portSchemas(state),
    ...(until !== undefined && { until }),
    ...(max !== undefined && { max }),
    ...(onLimit !== undefined && { onLimit }),
  };
  const node: DocumentNode = { loop: rule, in: first, nodes: body.closeBody(), next };
  const use: Body = { kind: 'loop', id, in: state, out: state, nodes: body.uses() };
  recording.place(id, { node, what: 'g.loop', use });
  return use;
}

function checkState(recording: Recording, owner: string, state: unknown): void {
  const problems = tableProblems('state', 'state', state);
  if (problems.length === 0) return;
  throw recording.error('invalid_contract', `${owner} can't be defined: ${problems.join('; ')}`);
}

/** Text in the options reads the state; what the body returns reads the ports of the body. */
function conditionOf(body: Recording, text: unknown, built: unknown): Condition | undefined {
  const port: unknown = typeof built === 'object' && built !== null && 'until' in built ? built.until : undefined;
  if (port === undefined && text === undefined) return undefined;
  if (text === undefined) return conditionForm(body, 'until', port);
  if (port !== undefined) {
    const message = 'it says `until` twice, in its options and in what its body returns; keep one';
    throw body.error('unsupported_option', message);
  }
  if (typeof text === 'string') return { expr: text };
  const expected = 'expected an expression as text; a port, or { expr, in }, is returned by the body';
  throw body.error('unsupported_option', `until: ${expected}`);
}
