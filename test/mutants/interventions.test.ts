import { expect, test } from 'vitest';
import { checkMidrun } from '../intervention/check-midrun.js';
import { checkStart } from '../intervention/check-start.js';
import { firstThat, plant, type Mutant } from './plant.js';

const MUTANTS: readonly Mutant[] = [
  {
    bug: 'any operate stands in for its step',
    file: 'intervention/covers.ts',
    find: 'sent.kind === OVERRIDE || sent.shortCircuit === true',
    put: 'sent.kind !== INPUT',
  },
  {
    bug: 'a step of which one output is covered is not executed',
    file: 'intervention/shape.ts',
    find: 'if (!cover || !canStandIn(cover.sent)) return false;',
    put: 'if (cover && canStandIn(cover.sent)) return true;',
  },
  {
    bug: 'a pure step that gives what nobody reads is left out',
    file: 'intervention/need.ts',
    find: 'return isSink;',
    put: 'return false;',
  },
  {
    bug: 'a step with side effects is left out without being asked to',
    file: 'intervention/need.ts',
    find: '!(prune || shape.pure[n] === 1) || ',
    put: '',
  },
  {
    bug: 'what an override at an input stands in for counts as needed',
    file: 'intervention/need.ts',
    find: 'own ? node.in.filter((_, port) => !isReplaced(own, port)) : node.in',
    put: 'own ? node.in : node.in',
  },
  {
    bug: 'an input is required of who will not run',
    file: 'intervention/bind.ts',
    find: ' || !isNeeded(plan, need, slot)',
    put: '',
  },
  {
    bug: 'a condition that the run decides is taken to hold',
    file: 'intervention/explain.ts',
    find: "['conditional', 'its condition",
    put: "['run', 'its condition",
  },
  {
    bug: 'one that an explicit input beats is taken for superseded',
    file: 'engine/begin.ts',
    find: "if (received) received.why = 'the input was given explicitly';",
    put: '',
  },
  {
    bug: 'each output is merged with what the first one gave',
    file: 'engine/finish-node.ts',
    find: 'givenAt(state, scope, node, k, finishing.computed)',
    put: 'givenAt(state, scope, node, 0, finishing.computed)',
  },
  {
    bug: 'a resolver is called though nothing needs its value',
    file: 'engine/finish-node.ts',
    find: 'if (data === undefined && scope.need?.slots[slot] === 0) return null;',
    put: '',
  },
  {
    bug: 'a node is skipped for an absent input that something stands in for',
    file: 'engine/decide.ts',
    find: '!isStoodIn(scope, node, port) && ',
    put: '',
  },
  {
    bug: 'a resolver of a port is called before the condition of its reader is looked at',
    file: 'engine/decide.ts',
    find: 'conditionSources(body, planned.guards)))',
    put: 'readSources(body, scope.covers, node)))',
  },
  {
    bug: 'who waits for a value that is taken back goes on',
    file: 'engine/settle.ts',
    find: '    addWait(scope, node);\n',
    put: '',
  },
  {
    bug: 'a merge at an input is kept though the port has another value now',
    file: 'engine/settle.ts',
    find: '    forgetMerges(state, scope, node);\n',
    put: '',
  },
  { bug: 'the earlier of two is effective', file: 'engine/cover.ts', find: 'a.seq > b.seq', put: 'a.seq < b.seq' },
  {
    bug: 'one that was taken back still works',
    file: 'engine/cover.ts',
    find: 'if (withdrawn || outcome',
    put: 'if (outcome',
  },
  {
    bug: 'one that comes too late works',
    file: 'engine/intervene.ts',
    find: 'const late = scopes.filter(scope => isConsumed(state, scope, place));',
    put: 'const late = scopes.filter(() => false);',
  },
  {
    bug: 'an explicit input is replaced while the run goes on',
    file: 'engine/intervene.ts',
    find: "  if (scopes.some(scope => isGiven(scope, place))) return 'too-late';\n",
    put: '',
  },
  {
    bug: 'an output of a node that is being put together keeps its former value',
    file: 'engine/intervene.ts',
    find: '    case RUNNING:\n      unsettle(state, scope, slot);\n',
    put: '    case RUNNING:\n',
  },
  {
    bug: 'a replaced attempt is not cancelled',
    file: 'engine/intervene.ts',
    find: '  cancelWork(state, scope, node);\n  shortCircuit',
    put: '  shortCircuit',
  },
  {
    bug: 'a replaced attempt and the next one are the same generation',
    file: 'engine/intervene.ts',
    find: '  nextGeneration(state, scope, node);\n  cancelWork',
    put: '  cancelWork',
  },
  {
    bug: 'only who reads the port itself is done again',
    file: 'engine/cone.ts',
    find: 'cone.add(reader)',
    put: 'void reader',
  },
  {
    bug: 'what is done again is the same generation',
    file: 'engine/reopen.ts',
    find: 'if (started) nextGeneration',
    put: 'if (started && false) nextGeneration',
  },
  {
    bug: 'a failure stays in the list though its node is done again',
    file: 'engine/reopen.ts',
    find: "  if (own) forgetFailure(state, own.address ?? '');\n",
    put: '',
  },
  {
    bug: 'what was left out never comes back',
    file: 'engine/replan.ts',
    find: 'if (!supplied && !runs) return;',
    put: 'return;',
  },
  {
    bug: 'a port that only outputs of the run read has its resolver not called',
    file: 'engine/replan.ts',
    find: '  demandForms(state, scope);\n',
    put: '',
  },
  {
    bug: 'a run ends before its outputs have what they wait for',
    file: 'engine/waiting.ts',
    find: 'if (!isThere) return true;',
    put: '',
  },
  {
    bug: 'a resolver on its way is forgotten when another driver goes on',
    file: 'engine/hand-over.ts',
    find: '  for (const exec of state.supplies.keys()) state.unsent.add(exec);\n',
    put: '',
  },
  {
    bug: 'a snapshot forgets what resolvers gave',
    file: 'engine/serialize.ts',
    find: 'supplied: [...scope.supplied],',
    put: 'supplied: [],',
  },
  {
    bug: 'a restored node does not wait for its merge',
    file: 'engine/serialize.ts',
    find: 'if (scope) for (const node of supply.waiters) addWait(scope, node);',
    put: '',
  },
  {
    bug: 'a snapshot forgets breakpoints',
    file: 'engine/serialize.ts',
    find: '    ...(breakpoints !== (options.breakpoints ?? NO_BREAKPOINTS) && { breakpoints }),\n',
    put: '',
  },
  {
    bug: 'a run that holds starts steps',
    file: 'engine/may-start.ts',
    find: '  state.holds.length === 0 &&\n',
    put: '',
  },
  {
    bug: 'a breakpoint fires again and again',
    file: 'engine/breakpoints.ts',
    find: 'if (state.held.has(key)) return false;',
    put: '',
  },
  {
    bug: 'what a step gave before it failed counts as used',
    file: 'engine/used.ts',
    find: 'return isApplied && (',
    put: 'return (',
  },
];

/** Half of them begin with interventions, half get them while they go on. */
const SEEDS = 4000;

test.each(MUTANTS)(
  'the random runs with interventions catch it if $bug',
  async mutant => {
    const module = await plant(mutant);
    const caught = firstThat(SEEDS, k => (k % 2 === 0 ? checkStart(module, k / 2) : checkMidrun(module, (k - 1) / 2)));
    expect(caught).toBeGreaterThanOrEqual(0);
  },
  120_000,
);
