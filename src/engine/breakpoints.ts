import { withoutFeed, withoutIndices } from '../document/address.js';
import { parseExpression } from '../expression/parse.js';
import { inputAddress } from '../intervention/bind.js';
import { outputNames } from '../plan/plan.js';
import { judge } from '../plan/resolve.js';
import { quote } from '../value/quote.js';
import type { Breakpoint } from './breakpoint.js';
import type { Failure } from './failure.js';
import { addressOf, bodyOf, generationOf, nodeOf } from './state.js';
import type { Scope, State } from './state.js';

/** Holds the run if a breakpoint stands before the node and has not fired for this generation. */
export function holdBefore(state: State, scope: Scope, node: number): boolean {
  const address = addressOf(state, scope, node);
  return state.breakpoints.some(breakpoint => {
    if (!('before' in breakpoint) || !isAt(breakpoint.before, address)) return false;
    return hold(state, breakpoint, address, generationOf(scope, node));
  });
}

export function holdAfter(state: State, scope: Scope, node: number): void {
  const address = addressOf(state, scope, node);
  for (const breakpoint of state.breakpoints) {
    if ('after' in breakpoint && isAt(breakpoint.after, address)) {
      hold(state, breakpoint, address, generationOf(scope, node));
    }
  }
}

/** Holds where a condition over a value that a node has just given is true. */
export function holdAtPorts(state: State, scope: Scope, node: number): void {
  const planned = nodeOf(state, scope, node);
  outputNames(state.plan, planned).forEach((name, k) =>
    holdAt(state, scope, `${addressOf(state, scope, node)}.${name}`, planned.out + k, generationOf(scope, node)),
  );
}

/** The same of an input of the graph. */
export function holdAtInput(state: State, scope: Scope, slot: number): void {
  holdAt(state, scope, inputAddress(state.plan, slot), slot, 1);
}

function holdAt(state: State, scope: Scope, address: string, slot: number, generation: number): void {
  for (const breakpoint of state.breakpoints) {
    if (!('at' in breakpoint) || !isAt(breakpoint.at, address)) continue;
    if (fires(state, scope, breakpoint.if, slot)) hold(state, breakpoint, address, generation);
  }
}

/** A condition that can't be decided holds, too: somebody wants to look there. */
function fires(state: State, scope: Scope, text: string, slot: number): boolean {
  const parsed = parseExpression(text);
  if (!parsed.ok || scope.slots[slot] === null) return false;
  const condition = { kind: 'expr', text, ast: parsed.ast, names: ['value'], of: [slot] } as const;
  return judge(bodyOf(state, scope), scope, condition) !== false;
}

/** Once per breakpoint, address and generation. */
function hold(state: State, breakpoint: Breakpoint, at: string, generation: number): boolean {
  const key = `${JSON.stringify(breakpoint)}|${at}|${generation}`;
  if (state.held.has(key)) return false;
  state.held.add(key);
  state.holds = [...state.holds, { at, breakpoint, since: state.now }];
  return true;
}

/** Goes on past what holds at an address; past everything without one. */
export function releaseHolds(state: State, at: string | undefined): void {
  state.holds = at === undefined ? [] : state.holds.filter(hold => hold.at !== at);
}

/** Nothing holds there. */
export function releaseRefusal({ holds }: State, address: string | undefined): Failure | undefined {
  if (address === undefined || holds.some(({ at }) => at === address)) return undefined;
  const others =
    holds.length === 0 ? 'the run is not held at all' : `it is held at ${holds.map(({ at }) => at).join(', ')}`;
  return { code: 'not_held', message: `the run is not held at ${quote(address)}: ${others}`, address };
}

/** In a runner's run an address that names no input stands for every one of them. */
function isAt(wanted: string, address: string): boolean {
  const own = withoutFeed(address);
  return wanted === address || wanted === own || wanted === withoutIndices(own);
}
