import { ineffective } from '../intervention/covers.js';
import { inputAddress } from '../intervention/bind.js';
import { checkIntervention } from '../intervention/check.js';
import { contentOf, INPUT, type Outcome, type SentIntervention } from '../intervention/intervention.js';
import { isSupplied, shapeOf } from '../intervention/shape.js';
import { isTarget, targetOfSent, type Place } from '../intervention/target.js';
import { isConsumed, isRead } from './consumed.js';
import { bestAt, enter, mayOpen, putCover, scopesOf } from './cover.js';
import type { Failure } from './failure.js';
import { finishAgain, giveItemsAgain, proceed, shortCircuit } from './finish-node.js';
import { giveUpIfLate } from './input-ports.js';
import { forgetBehind } from './forget-known.js';
import { nextGeneration } from './generations.js';
import { dirtyCone } from './cone.js';
import { cancelWork, forgetFailure, reopen } from './reopen.js';
import { computedOf, planAgain, replan } from './replan.js';
import { unsettle } from './settle.js';
import { bodyOf, CACHED, COMPLETED, FAILED, RUNNING, SHORT_CIRCUITED, SKIPPED } from './state.js';
import type { Received, Refused } from './received.js';
import type { Scope, State } from './state.js';
import { isSaving } from './stop.js';
import { markStarted } from './stream-mark.js';
import { itemsSlot } from './stream-nodes.js';

/** Why an intervention would be refused now; undefined if it would be taken. */
export function refusalOf(state: State, sent: SentIntervention): Failure | undefined {
  const known = state.byId.get(sent.id);
  if (known) return isSame(known.sent, sent) ? undefined : idReused(sent);
  if (state.ending || isSaving(state)) return { code: 'run_finished', message: 'the run has ended', address: sent.at };
  const [issue] = checkIntervention(state.plan, sent);
  if (issue) {
    const { code, path, message, at } = issue;
    const found = code === 'forbidden' ? code : 'invalid_intervention';
    return { code: found, message: `${at}: ${message}`, address: at, details: { code, path } };
  }
  return state.scopes.has(0) ? notAwaited(state, sent) : undefined;
}

function idReused({ id, at }: SentIntervention): Failure {
  const message = `the run has another intervention with the id ${JSON.stringify(id)}`;
  return { code: 'id_reused', message, address: at };
}

const isSame = (a: SentIntervention, b: SentIntervention): boolean => contentOf(a) === contentOf(b);

/** While a run goes on an input is supplied only where it waits for one [I1]. */
function notAwaited(state: State, sent: SentIntervention): Failure | undefined {
  const { at, kind } = sent;
  if (kind !== INPUT) return undefined;
  const target = targetOfSent(state.plan, sent);
  if (isTarget(target) && target.place.kind === 'input' && isAwaited(state, target.place.slot)) return undefined;
  const message =
    `${at}: while a run goes on, an input is taken only at a port that it waits for; ` +
    'to change what a node reads or gives, override its port ("brew/$in.water", "grind.powder")';
  return { code: 'invalid_intervention', message, address: at, details: { code: 'not_awaited', path: '/kind' } };
}

const isAwaited = ({ plan: { inputs, open } }: State, slot: number): boolean =>
  (inputs[slot] ?? open[slot - inputs.length])?.awaited !== undefined;

/** Takes an intervention and decides its outcome, once; a repeat changes nothing. */
export function intervene(state: State, sent: SentIntervention): void {
  const refused = refusalOf(state, sent);
  if (refused) return keepRefused(state, { sent, at: state.now, refused });
  if (state.byId.has(sent.id)) return;
  const received = receive(state, sent);
  if (!received || !state.scopes.has(0)) return;
  if (received.why !== undefined) return;
  received.outcome = decide(state, received);
}

/** Only what came by signal: an update that is refused leaves nothing. The first ones tell enough. */
function keepRefused(state: State, refused: Refused): void {
  const isKnown = state.refused.some(({ sent }) => isSame(sent, refused.sent));
  if (!isKnown && state.refused.length < MOST_REFUSED) state.refused.push(refused);
}
const MOST_REFUSED = 1000;

/** Enters an intervention into the books; before the run begins it is applied by that alone. */
export function receive(state: State, sent: SentIntervention): Received | undefined {
  const target = targetOfSent(state.plan, sent);
  if (!isTarget(target)) return undefined;
  const why = ineffective(state.plan, target, sent);
  const received: Received = {
    seq: state.received.length + 1,
    sent,
    target,
    at: state.now,
    outcome: 'applied',
    withdrawn: false,
    used: false,
    ...(why !== undefined && { why }),
  };
  enter(state, received);
  return received;
}

function decide(state: State, received: Received): Outcome {
  const scopes = scopesOf(state, received);
  const recompute = received.sent.onLate === 'recompute';
  const { place } = received.target;
  if (scopes.some(scope => isGiven(scope, place))) return 'too-late';
  const late = scopes.filter(scope => isConsumed(state, scope, place));
  const inTime = scopes.filter(scope => !late.includes(scope));
  if (inTime.length === 0 && !(recompute && late.length > 0) && !mayOpen(state, received)) return 'too-late';
  const replaced = inTime.map(scope => change(state, scope, place)).includes('replaced-attempt');
  if (recompute) for (const scope of late) computeAgain(state, scope, place);
  return replaced ? 'replaced-attempt' : 'applied';
}

/** Whether an input has its value from elsewhere: it was given explicitly, or its default stands in [I1]. */
const isGiven = ({ slots, covers }: Scope, place: Place): boolean =>
  place.kind === 'input' && slots[place.slot] !== undefined && !covers?.slots.has(place.slot);

/** Lets the best intervention at a place work there, as far as nobody has read it. */
function change(state: State, scope: Scope, place: Place): Outcome {
  if (!putCover(state, scope, place, bestAt(state, scope, place))) return 'applied';
  forgetBehind(state, scope, place);
  // Before outputs are put together anew: what is needed now is not what was when it was last asked.
  if (place.kind === 'output') planAgain(state, scope);
  const replaced = place.kind === 'output' && outputChanged(state, scope, place.node, place.slot);
  if (place.kind === 'input') {
    unsettle(state, scope, place.slot);
    forgetFailure(state, inputAddress(state.plan, place.slot));
  }
  replan(state, scope);
  if (place.kind === 'input') giveUpIfLate(state, place.slot);
  if (scope.open === 0) state.endedScopes.push(scope);
  return replaced ? 'replaced-attempt' : 'applied';
}

/** What a change at an output means to its node; true if it was executing and no longer has to. */
function outputChanged(state: State, scope: Scope, node: number, slot: number): boolean {
  const shape = shapeOf(state.plan, bodyOf(state, scope));
  const supplied = scope.covers !== null && isSupplied(shape, scope.covers, node);
  switch (scope.status[node]) {
    case RUNNING:
      unsettle(state, scope, slot);
      if (runningChanged(state, scope, node, supplied)) return true;
      markStarted(state, scope, node);
      return false;
    case CACHED:
    case COMPLETED: {
      const computed = computedOf(state, scope, node);
      unsettle(state, scope, slot);
      finishAgain(state, scope, node, computed);
      return false;
    }
    case SHORT_CIRCUITED:
      unsettle(state, scope, slot);
      if (supplied) finishAgain(state, scope, node, null);
      else reopen(state, scope, node, other => isRead(state, scope, other));
      return false;
    case SKIPPED:
    case FAILED:
      // What did not run, or failed, gives nothing to merge with (but items, if it is a stream); supplied as a whole it is
      // as if it had been from the start.
      if (supplied) reopen(state, scope, node, other => isRead(state, scope, other));
      else if (slot === itemsSlot(state, scope, node)) giveItemsAgain(state, scope, node);
      return false;
    default:
      return false;
  }
}

function runningChanged(state: State, scope: Scope, node: number, supplied: boolean): boolean {
  const finishing = scope.finishing.get(node);
  if (finishing?.computed || (finishing && supplied)) {
    proceed(state, scope, node);
    return false;
  }
  if (!finishing && !supplied) return false;
  if (finishing) {
    reopen(state, scope, node, other => isRead(state, scope, other));
    return false;
  }
  nextGeneration(state, scope, node);
  cancelWork(state, scope, node);
  shortCircuit(state, scope, node);
  return true;
}

/** Everything that followed from the port is put back and done again, as the next generation. */
function computeAgain(state: State, scope: Scope, place: Place): void {
  const cone = dirtyCone(state, scope, place);
  for (const node of cone) reopen(state, scope, node, () => false);
  change(state, scope, place);
}

/** Takes back an intervention that nobody has read; the one before it at the same place works again [I15]. */
export function withdraw(state: State, id: string): void {
  if (withdrawalRefusal(state, id)) return;
  const received = state.byId.get(id);
  if (!received || received.withdrawn) return;
  const scopes = scopesOf(state, received);
  received.withdrawn = true;
  for (const scope of scopes) change(state, scope, received.target.place);
}

/** Why an intervention can't be withdrawn; undefined if it can. */
export function withdrawalRefusal(state: State, id: string): Failure | undefined {
  const received = state.byId.get(id);
  if (!received) return { code: 'not_found', message: `the run has no intervention ${JSON.stringify(id)}` };
  if (received.withdrawn) return undefined;
  if (state.ending || isSaving(state)) return { code: 'run_finished', message: 'the run has ended' };
  if (received.outcome === 'too-late')
    return {
      code: 'too_late',
      message: `intervention ${JSON.stringify(id)} came too late: there is nothing to withdraw`,
    };
  const { place } = received.target;
  const used = received.used || scopesOf(state, received).some(scope => isConsumed(state, scope, place));
  return used
    ? {
        code: 'already_used',
        message: `intervention ${JSON.stringify(id)} has been used: a consumer has read the port`,
      }
    : undefined;
}
