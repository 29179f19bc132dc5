import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { checkDocument, type PlanningModule } from '../engine/check-document.js';
import { checkRun } from '../engine/check-run.js';
import { Difference, type EngineModule } from '../engine/simulate.js';
import { arbitraryDocument } from '../plan/arbitrary.js';

/** A bug planted in one of the pure rooms: in `file`, `find` (which stands there once) becomes `put`. */
interface Mutant {
  readonly bug: string;
  /** `room/file.ts` */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}
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
    find: "if (onFailure === 'continue') return endNode(state, scope, node, FAILED, () => null);",
    put: '',
  },
  {
    bug: 'concurrency is exceeded by one',
    file: 'engine/schedule.ts',
    find: 'state.flights.size < most)',
    put: 'state.flights.size <= most)',
  },
  {
    bug: 'a paused run starts steps',
    file: 'engine/schedule.ts',
    find: '!state.paused && state.drain === null',
    put: 'state.drain === null',
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
    find: "return lacking ? 'skip' : 'run';",
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
    file: 'engine/scoped.ts',
    find: 'progress.results[ordinal] =',
    put: 'progress.results[progress.done] =',
  },
  {
    bug: 'the first of several values is the last one',
    file: 'engine/resolve.ts',
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
    find: 'name: frame.prefix + cluster.name',
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
    find: 'return producer[source] === -1 && inputs',
    put: 'return inputs',
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
const root = resolve(import.meta.dirname, '../..');
let folder = '';

beforeAll(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/mutants-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(MUTANTS)('the random runs catch it if $bug', async mutant => {
  const module = await plant(mutant);
  const caught = mutant.file.startsWith('engine/')
    ? firstThat(SEEDS, seed => checkRun(module, seed))
    : firstThat(DOCUMENTS.length, k => checkDocument(module, DOCUMENTS[k] as Document, k));
  expect(caught).toBeGreaterThanOrEqual(0);
});

/** The first number below `most` for which `check` finds a difference; -1 if there is none. */
function firstThat(most: number, check: (k: number) => void): number {
  for (let k = 0; k < most; k += 1) if (differs(() => check(k))) return k;
  return -1;
}

/** That a planted bug crashes, or refuses a document, does not count. */
function differs(check: () => void): boolean {
  try {
    check();
    return false;
  } catch (error) {
    return error instanceof Difference;
  }
}

async function plant({ bug, file, find, put }: Mutant): Promise<PlanningModule> {
  const copy = join(folder, bug.replaceAll(' ', '-'));
  for (const room of ['value', 'schema', 'expression', 'document', 'plan', 'engine']) {
    cpSync(join(root, 'src', room), join(copy, room), { recursive: true });
  }
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(find), `"${find}" in ${file}`).toHaveLength(2);
  writeFileSync(path, text.replace(find, put));
  const engine = (await import(join(copy, 'engine/engine.ts'))) as EngineModule;
  const plan = (await import(join(copy, 'plan/compile.ts'))) as Pick<PlanningModule, 'compile'>;
  return { ...engine, ...plan };
}
