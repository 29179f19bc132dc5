import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { checkDocument } from '../engine/check-document.js';
import { checkRun } from '../engine/check-run.js';
import { arbitraryDocument } from '../plan/arbitrary.js';
import { firstThat, plant, type Mutant } from './plant.js';

const MUTANTS: readonly Mutant[] = [
  {
    bug: 'a late result is taken',
    file: 'engine/flights.ts',
    find: 'return flight.closing || !scope ? undefined',
    put: 'return !scope ? undefined',
  },
  {
    bug: 'a failed branch takes its siblings along under continue',
    file: 'engine/fail.ts',
    find: "if (onFailure === 'continue') return endFailed(state, scope, node, () => null);",
    put: '',
  },
  {
    bug: 'concurrency is exceeded by one',
    file: 'engine/schedule.ts',
    find: 'state.streaming < most)',
    put: 'state.streaming <= most)',
  },
  {
    bug: 'a paused run starts steps',
    file: 'engine/may-start.ts',
    find: '  !state.paused &&\n',
    put: '',
  },
  {
    bug: 'a node in flight is forgotten when another driver goes on',
    file: 'engine/hand-over.ts',
    find: '    requeue(state, scope, flight.node);',
    put: '',
  },
  {
    bug: 'an absent required input is passed on',
    file: 'engine/decide.ts',
    find: "return lacking.length > 0 ? 'skip' : 'run';",
    put: "return 'run';",
  },
  {
    bug: 'a guard that reads something absent counts as true',
    file: 'engine/decide.ts',
    find: "if (verdict === false || verdict === 'absent') return 'skip';",
    put: "if (verdict === false) return 'skip';\n    if (verdict === 'absent') continue;",
  },
  {
    bug: 'the room of a limit is not given back',
    file: 'engine/limits.ts',
    find: '    limit.flying -= 1;\n    wakeOne(state, limit);',
    put: '    limit.flying -= 1;',
  },
  {
    bug: 'the room for a node that was cancelled meanwhile is lost',
    file: 'engine/schedule.ts',
    find: '    else wakeForRoom(state);',
    put: '',
  },
  {
    bug: 'a snapshot forgets generations',
    file: 'engine/serialize.ts',
    find: 'generations: [...scope.generations],',
    put: 'generations: [],',
  },
  {
    bug: 'items come in the order in which they end',
    file: 'engine/results.ts',
    find: 'isOrdered ? ordinal - results.packed : results.last.length',
    put: 'results.last.length',
  },
  {
    bug: 'one item more is open than may be',
    file: 'engine/opening.ts',
    find: 'progress.opened - progress.done < from.concurrency',
    put: 'progress.opened - progress.done <= from.concurrency',
  },
  {
    bug: 'a slice that was on its way is forgotten when another driver goes on',
    file: 'engine/hand-over.ts',
    find: '  askAgain(state);',
    put: '  state.slices.clear();',
  },
  {
    bug: 'the items that a slice brought are not in the snapshot',
    file: 'engine/serialize.ts',
    find: 'items: [...slicing.items]',
    put: 'items: []',
  },
  {
    bug: 'what the scopes of a node read from outside is not restored',
    file: 'engine/serialize.ts',
    find: '  capturedIn(state, scope).forEach((value, slot) => markSettled(state, scope, slot, value));',
    put: '',
  },
  {
    bug: 'a loop goes on although `until` holds',
    file: 'engine/iteration.ts',
    find: "if (verdict === true) return 'end';",
    put: "if (verdict === true && isLast) return 'end';",
  },
  {
    bug: 'a loop fails whose `until` holds after the last iteration',
    file: 'engine/iteration.ts',
    find: "if (verdict === true) return 'end';",
    put: "if (verdict === true && !isLast) return 'end';",
  },
  {
    bug: 'each iteration begins with the state that the loop was given',
    file: 'engine/opening.ts',
    find: 'progress.results.last[0] ?? ports',
    put: 'ports',
  },
  {
    bug: 'an item that fails leaves the others open when it stops its node',
    file: 'engine/fail.ts',
    find: '  dropSlice(state, scope, node);\n  closeScopesOf(state, scope, node);',
    put: '  dropSlice(state, scope, node);',
  },
  {
    bug: 'the first of several values is the last one',
    file: 'plan/resolve.ts',
    find: 'form.of.map(read).find(',
    put: 'form.of.map(read).findLast(',
  },
  {
    bug: 'an output that a guarded graph only hands on forgets the guard',
    file: 'plan/flatten.ts',
    find: "return addForm(flat, { kind: 'guarded', by, of: source });",
    put: 'return source;',
  },
  {
    bug: 'of guards within guards only the inner ones count',
    file: 'plan/flatten.ts',
    find: '[...frame.guards, ...own]',
    put: 'own',
  },
  {
    bug: 'a nested graph is in no cluster',
    file: 'plan/flatten.ts',
    find: 'local.cluster === undefined ? frame.cluster : clusterOf',
    put: 'local.cluster === undefined ? undefined : clusterOf',
  },
  {
    bug: 'the uses of a nested graph share its clusters by name',
    file: 'plan/flatten.ts',
    find: 'name: flat.path + frame.prefix + cluster.name',
    put: 'name: cluster.name',
  },
  {
    bug: 'first reads its parts from the last to the first',
    file: 'plan/flatten.ts',
    find: 'form.of.map(source => sourceOf(at, source)) });',
    put: 'form.of.map(source => sourceOf(at, source)).toReversed() });',
  },
  {
    bug: 'the default of an output of a nested graph is forgotten',
    file: 'plan/flatten.ts',
    find: 'withDefault(flat, sourceOf(at, of), port)',
    put: 'sourceOf(at, of)',
  },
  {
    bug: 'a default does not stand in for a wire that turns out absent',
    file: 'plan/flat-body.ts',
    find: "return addForm(flat, { kind: 'first', of: [source, literalOf(flat, port.default)] });",
    put: 'return source;',
  },
  {
    bug: 'the output of a node is taken to be always there, and its default left out',
    file: 'plan/flat-body.ts',
    find: 'return producer[source] === -1 && !memory',
    put: 'return !memory',
  },
  {
    bug: 'steps around a document hide its own',
    file: 'plan/definition.ts',
    find: 'const found = at.steps.get(id);',
    put: 'const found = (at.around ?? at).steps.get(id) ?? at.steps.get(id);',
  },
  {
    bug: 'a use with a retry of its own forgets those of the step',
    file: 'plan/policy.ts',
    find: '{ ...base.layer, ...readLayer(node, place, report) }',
    put: 'readLayer(node, place, report)',
  },
  {
    bug: 'an option that is not given has no default',
    file: 'plan/options.ts',
    find: 'filled[name] = value.inline;',
    put: '{ if (own !== undefined) filled[name] = value.inline; }',
  },
  {
    bug: 'a condition chooses the other one of two',
    file: 'expression/operators.ts',
    find: '? expr.yes : expr.no',
    put: '? expr.no : expr.yes',
  },
  {
    bug: 'a flat list keeps the lists it is made of',
    file: 'value/leaf.ts',
    find: 'of.flat()',
    put: 'of',
  },
];

/** Bugs in the engine are for random plans, those in what comes before it for random documents. */
const SEEDS = 4000;
const DOCUMENTS = fc.sample(arbitraryDocument({ breadth: 'wide', maxNodes: 30 }), { seed: 1, numRuns: 1000 });
test.each(MUTANTS)('the random runs catch it if $bug', async mutant => {
  const module = await plant(mutant);
  const caught = mutant.file.startsWith('engine/')
    ? firstThat(SEEDS, seed => checkRun(module, seed))
    : firstThat(DOCUMENTS.length, k => checkDocument(module, DOCUMENTS[k] as Document, k));
  expect(caught).toBeGreaterThanOrEqual(0);
});
