import { expect, test } from 'vitest';
import type { Document, StepNode } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import { diffRuns, type RunDiff } from '../../src/run/diff.js';
import type { RunSource } from '../../src/run/source.js';
import type { SentIntervention } from '../../src/intervention/intervention.js';
import type { Json } from '../../src/value/json.js';
import { literal } from '../../src/value/leaf.js';
import { Drive } from '../engine/drive.js';
import { sourceOf } from './source-of.js';

const N = { type: 'number' } as const;

interface Recorded {
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly interventions?: readonly SentIntervention[];
  /** What `mill` and `brew` give; undefined: it fails. */
  readonly mill?: number | undefined;
  readonly brew?: number;
  readonly version?: string;
  readonly ratio?: number;
  readonly wire?: string;
  readonly more?: Readonly<Record<string, StepNode>>;
  readonly builds?: Readonly<Record<string, string>>;
}

/** The record of a run of two steps, `mill` and then `brew`, beside `cup`, which reads nothing of them. */
function recorded(how: Recorded = {}): RunSource {
  const { version, ratio, wire = 'mill.n', more = {}, inputs = { beans: 20, water: 200 } } = how;
  const document: Document = {
    id: 'coffee',
    steps: {
      mill: { in: { n: N }, out: { n: N }, options: { ratio: { ...N, default: 1 } }, ...(version && { version }) },
      brew: { in: { n: N, water: N }, out: { n: N } },
      cup: { out: { n: N } },
    },
    in: { beans: N, water: N },
    nodes: {
      mill: { step: 'mill', in: { n: '$in.beans' }, ...(ratio !== undefined && { options: { ratio } }) },
      brew: { step: 'brew', in: { n: wire, water: '$in.water' } },
      cup: { step: 'cup' },
      ...more,
    },
    onFailure: 'continue',
  };
  const plan = compile(document);
  const drive = new Drive(plan, {}, how.interventions ?? []);
  drive.start(inputs);
  const { mill = 'mill' in how ? undefined : 20, brew = 5 } = how;
  const gives: Readonly<Record<string, number | undefined>> = { mill, brew, cup: 1 };
  for (let some = drive.running; some.length > 0; some = drive.running) {
    for (const at of some) {
      const n = gives[at] ?? (at in gives ? undefined : 0);
      if (n === undefined) drive.fail(at);
      else drive.complete(at, { n });
    }
  }
  const values = Object.fromEntries(Object.entries(inputs).map(([port, json]) => [`$in.${port}`, literal(json)]));
  return { ...sourceOf(drive.engine, values, how.id ?? 'run'), builds: how.builds ?? {} };
}

const early = ({ earliest }: RunDiff) => earliest.map(({ at, why }) => ({ at, why }));
const differing = (diff: RunDiff) => diff.differing.map(({ at }) => at);

test('two runs that gave the same do not differ', () => {
  const diff = diffRuns(recorded(), recorded({ id: 'again' }));
  expect(diff).toMatchObject({ a: 'run', b: 'again', inputs: [], earliest: [], differing: [] });
  expect(diff.counts).toEqual({ same: 3, differing: 0, notCompared: 0, added: 0, removed: 0 });
});

test('another input: the first output that it changes, and what follows from that', () => {
  const diff = diffRuns(recorded(), recorded({ inputs: { beans: 30, water: 200 }, mill: 30, brew: 6 }));
  expect(diff.inputs).toEqual([{ at: '$in.beans', a: literal(20), b: literal(30) }]);
  expect(early(diff)).toEqual([{ at: 'mill.n', why: [{ kind: 'input', ports: ['$in.beans'] }] }]);
  expect(diff.differing[1]).toEqual({
    at: 'brew.n',
    a: literal(5),
    b: literal(6),
    why: [{ kind: 'follows', ports: ['mill.n'] }],
  });
  expect(diff.counts).toMatchObject({ same: 1, differing: 2 });
});

test('an override stands for itself, an operate at what a node reads beside what else there is', () => {
  const own = { id: 'i', at: 'mill.n', kind: 'override', value: literal(25) };
  const overridden = diffRuns(
    recorded(),
    recorded({ inputs: { beans: 30, water: 200 }, interventions: [own], brew: 6 }),
  );
  expect(early(overridden)).toEqual([{ at: 'mill.n', why: [{ kind: 'intervention', ports: ['mill.n'] }] }]);
  const read = { id: 'i', at: 'brew/$in.n', kind: 'override', value: literal(25) };
  const diff = diffRuns(recorded(), recorded({ interventions: [read], brew: 6 }));
  expect(early(diff)).toEqual([{ at: 'brew.n', why: [{ kind: 'intervention', ports: ['brew/$in.n'] }] }]);
});

test.each<readonly [string, Recorded, Recorded, string]>([
  ['a version', { version: '1' }, { version: '2', mill: 21 }, 'version 2, was 1'],
  ['an option', {}, { ratio: 2, mill: 21 }, 'option ratio'],
  ['a build', { builds: { mill: 'x' } }, { builds: { mill: 'y' }, mill: 21 }, 'build y, was x'],
])('other code by %s', (_, a, b, what) => {
  const diff = diffRuns(recorded(a), recorded(b));
  expect(early(diff)).toEqual([{ at: 'mill.n', why: [{ kind: 'code', what: [what] }] }]);
  expect(differing(diff)).toEqual(['mill.n']);
});

test('another graph: a wire, a node that is new, one that is gone', () => {
  const wired = recorded({ wire: '$in.beans', brew: 6, more: { extra: { step: 'cup' } } });
  const diff = diffRuns(recorded(), wired);
  expect(early(diff)).toEqual([
    { at: 'brew.n', why: [{ kind: 'code', what: ['input n is wired otherwise'] }] },
    { at: 'extra.n', why: [{ kind: 'code', what: ['the node is new'] }] },
  ]);
  expect(diff.counts).toMatchObject({ added: 1, removed: 0 });
  expect(diffRuns(wired, recorded()).counts).toMatchObject({ added: 0, removed: 1 });
});

test('a node that failed in one of them', () => {
  const diff = diffRuns(recorded(), recorded({ mill: undefined }));
  expect(early(diff)).toMatchObject([{ at: 'mill.n', why: [{ kind: 'failure', b: { code: 'boom' } }] }]);
  expect(diff.differing[1]).toMatchObject({ at: 'brew.n', why: [{ kind: 'follows', ports: ['mill.n'] }] });
});

test('the same code that gave something else, as far as anybody has said which code it was', () => {
  const unlike = (how: Recorded) => early(diffRuns(recorded(how), recorded({ ...how, mill: 21 })));
  expect(unlike({ version: '1' })).toEqual([{ at: 'mill.n', why: [{ kind: 'non-determinism' }] }]);
  expect(unlike({ builds: { mill: 'x' } })).toEqual([{ at: 'mill.n', why: [{ kind: 'non-determinism' }] }]);
  expect(unlike({})).toEqual([{ at: 'mill.n', why: [{ kind: 'code or non-determinism' }] }]);
});

test('values are the same by their content, however they are carried', () => {
  const { nodes, ...rest } = recorded();
  const digested = nodes.map(node => ({
    ...node,
    outputs: { n: { digest: node.address === 'cup' ? ONE : 'x', size: 1, inline: node.outputs['n'] && 1 } },
  }));
  const diff = diffRuns(recorded(), { ...rest, nodes: digested as RunSource['nodes'] });
  expect(differing(diff)).toEqual(['mill.n', 'brew.n']);
});
/** SHA-256 of `1`. */
const ONE = '6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b';
