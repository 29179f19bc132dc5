import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/document/document.js';
import { compile } from '../../src/plan/compile.js';
import { planHash } from '../../src/plan/hash.js';
import type { Body, Plan } from '../../src/plan/plan.js';
import { arbitraryDocument } from './arbitrary.js';
import { cafe } from './kitchen.js';

const N = { type: 'number' } as const;

/** Something of everything. */
const full = (): Document =>
  structuredClone(
    cafe({
      title: 'Cafe',
      onFailure: 'stop',
      in: { beans: N, few: { ...N, optional: true }, usual: { ...N, default: 3 }, yes: { type: 'boolean' } },
      nodes: {
        grind: { step: 'grind', in: { beans: '$in.beans' }, retry: { attempts: 4 }, timeout: '1m' },
        other: { step: 'grind', in: { beans: { value: 7 } }, when: '$in.yes' },
        cup: {
          step: 'brew',
          in: { powder: { first: ['other.powder', 'grind.powder'] }, water: 'pause.value' },
          options: { style: 'latte' },
          when: { expr: 'n > 1', in: { n: 'grind.powder' } },
        },
        pause: { sleep: '5m', in: { value: '$in.usual' } },
        taste: { step: 'taste', in: { cups: { list: ['cup.coffee'] } }, onFailure: 'skip' },
        again: { step: 'taste', in: { cups: { flat: { list: [{ value: ['x'] }] } } }, limit: 2 },
        small: { graph: 'twice', in: { beans: '$in.few' }, when: 'cup.ok' },
      },
      returns: { note: { type: 'string', optional: true } },
      out: { note: 'taste.note', fine: 'small.fine', coarse: 'small.coarse' },
      clusters: { mill: { nodes: ['grind'], queue: 'mill', limit: 2 } },
      graphs: {
        twice: {
          id: 'twice',
          in: { beans: N },
          nodes: { a: { step: 'grind', in: { beans: '$in.beans' } } },
          out: { fine: 'a.powder', coarse: '$in.beans' },
        },
      },
    }),
  );

type Path = readonly string[];
/** Changes of meaning: where, and what to (undefined: away with it). */
const CHANGES: readonly (readonly [Path, unknown])[] = [
  [['id'], 'bar'],
  [['title'], 'Bar'],
  [['title'], undefined],
  [['onFailure'], 'continue'],
  [['in', 'beans', 'type'], 'integer'],
  [['in', 'few', 'optional'], false],
  [['in', 'usual', 'default'], 4],
  [['in', 'more'], N],
  [['nodes', 'grind', 'in', 'beans'], '$in.usual'],
  [['nodes', 'grind', 'in', 'beans'], undefined],
  [['nodes', 'grind', 'retry', 'attempts'], 5],
  [['nodes', 'grind', 'retry', 'backoff'], 'linear'],
  [['nodes', 'grind', 'retry', 'except'], ['stale']],
  [['nodes', 'grind', 'timeout'], '2m'],
  [['nodes', 'grind', 'heartbeat'], false],
  [['nodes', 'grind', 'deadline'], '1h'],
  [['nodes', 'other', 'in', 'beans', 'value'], 8],
  [['nodes', 'other', 'when'], { value: true }],
  [['nodes', 'other', 'when'], undefined],
  [
    ['nodes', 'cup', 'in', 'powder', 'first'],
    ['grind.powder', 'other.powder'],
  ],
  [['nodes', 'cup', 'in', 'powder'], 'grind.powder'],
  [['nodes', 'cup', 'in', 'sugar'], { value: 1 }],
  [['nodes', 'cup', 'options', 'style'], 'espresso'],
  [['nodes', 'cup', 'when', 'expr'], 'n > 2'],
  [['nodes', 'cup', 'when', 'in', 'n'], 'other.powder'],
  [['nodes', 'pause', 'sleep'], '6m'],
  [
    ['nodes', 'taste', 'in', 'cups', 'list'],
    ['cup.coffee', 'cup.coffee'],
  ],
  [['nodes', 'taste', 'onFailure'], 'fail'],
  [['nodes', 'taste', 'onFailure'], { fallback: { note: 'fine' } }],
  [['nodes', 'taste', 'onFailure'], { fallback: { note: 'bad' } }],
  [['nodes', 'again', 'in', 'cups'], { value: ['x'] }],
  [['nodes', 'again', 'limit'], 3],
  [['nodes', 'small', 'when'], '$in.yes'],
  [['nodes', 'small', 'when'], undefined],
  [['nodes', 'extra'], { step: 'grind' }],
  [['nodes', 'again'], undefined],
  [['returns', 'note', 'optional'], undefined],
  [['out', 'note'], 'again.note'],
  [['out', 'fine'], 'grind.powder'],
  [['out', 'more'], 'grind.powder'],
  [['clusters', 'mill', 'queue'], 'quern'],
  [['clusters', 'mill', 'limit'], 1],
  [['clusters', 'mill', 'nodes'], ['other']],
  [['steps', 'grind', 'version'], '2'],
  [['steps', 'grind', 'pure'], true],
  [['steps', 'grind', 'title'], 'Grind'],
  [['steps', 'grind', 'out', 'powder', 'minimum'], 0],
  [['steps', 'brew', 'in', 'cups', 'default'], 2],
  [['steps', 'brew', 'options', 'milk'], { type: 'boolean', default: false }],
  [['steps', 'brew', 'timeout'], '10s'],
  [['graphs', 'twice', 'nodes', 'a', 'in', 'beans'], { value: 5 }],
  [['graphs', 'twice', 'in', 'beans', 'default'], 9],
  [['graphs', 'twice', 'in', 'beans', 'minimum'], 0],
  [['in', 'beans', 'awaited'], true],
  [['in', 'usual', 'awaited'], { deadline: '1h' }],
  [['in', 'usual', 'awaited'], { deadline: '2h' }],
  [['protect'], { 'grind.powder': 'never' }],
  [['protect'], { 'grind.powder': 'with-reason' }],
  [['protect'], { 'cup/$in.powder': 'never' }],
  [['graphs', 'twice', 'protect'], { 'a.powder': 'never' }],
  [['graphs', 'twice', 'nodes', 'b'], { step: 'grind' }],
];

/** Changes that mean nothing to a run. */
const NO_CHANGES: readonly (readonly [Path, unknown])[] = [
  [['nodes', 'pause', 'sleep'], 300_000],
  [['nodes', 'grind', 'timeout'], '60s'],
  [['nodes', 'taste', 'retry'], { attempts: 3, initial: '1s' }],
  [['onFailure'], undefined],
  [['graphs', 'twice', 'onFailure'], 'continue'],
  [['graphs', 'twice', 'title'], 'Twice'],
  [['graphs', 'unused'], { id: 'unused', nodes: { a: { step: 'grind' } } }],
  [['steps', 'unused'], { in: {} }],
  [['steps', 'brew', 'pure'], false],
  [['clusters', 'empty'], { nodes: [] }],
  [['protect'], {}],
];

function changed([path, to]: readonly [Path, unknown]): Document {
  const document = full();
  let at = document as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) as string;
  if (to === undefined) delete at[last];
  else at[last] = to;
  return document;
}

describe('the hash of a plan', () => {
  it('is 64 hex digits, the same every time (OI-06)', () => {
    const plan = compile(full());
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(compile(full()).hash).toBe(plan.hash);
    expect(planHash(plan)).toBe(plan.hash);
  });

  it('is another one for every change of meaning', () => {
    const hashes = CHANGES.map(change => compile(changed(change)).hash);
    const known = new Set([compile(full()).hash]);
    const collisions = CHANGES.filter((_, k) => known.size === known.add(hashes[k] as string).size);
    expect(collisions).toEqual([]);
  });

  it.each(NO_CHANGES.map(change => [change[0].join('.'), change] as const))(
    'stays for what means nothing: %s',
    (_, change) => {
      expect(compile(changed(change)).hash).toBe(compile(full()).hash);
    },
  );

  it('is another one if anything at all in a plan is another', () => {
    fc.assert(
      fc.property(arbitraryDocument({ maxNodes: 12, breadth: 'wide' }), fc.nat(), (document, draw) => {
        const plan = compile(document);
        const other = JSON.parse(JSON.stringify(plan)) as Plan;
        changeOneLeaf(other, draw);
        expect(planHash(other)).not.toBe(plan.hash);
      }),
      { numRuns: 500 },
    );
  });

  it('tells where one text ends and the next begins', () => {
    const plan = compile(full());
    const [body] = plan.bodies as readonly [Body];
    const hashOf = (names: readonly string[]): string => {
      const conditions = body.conditions.map(each => (each.kind === 'expr' ? { ...each, names } : each));
      return planHash({ ...plan, bodies: [{ ...body, conditions }] });
    };
    expect(hashOf(['ab', 'c'])).not.toBe(hashOf(['a', 'bc']));
  });

  it('covers the nodes that open scopes', () => {
    const plan = compile(full());
    const [body] = plan.bodies as readonly [Body];
    const scoped = { kind: 'scoped', id: 'x', in: [], out: 0, body: 1, scopes: 'item', onFailure: 'stop' } as const;
    const hashOf = (node: Body['nodes'][number]): string => planHash({ ...plan, bodies: [{ ...body, nodes: [node] }] });
    const hashes = [
      hashOf(scoped),
      hashOf({ ...scoped, body: 2 }),
      hashOf({ ...scoped, scopes: 'iteration' }),
      hashOf({ ...scoped, onFailure: 'continue' }),
      hashOf({ ...scoped, guards: [0] }),
      hashOf({ ...scoped, cluster: 0 }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

/** Changes the leaf that `draw` picks: a number, a text, a boolean, or an empty list of sources. */
function changeOneLeaf(plan: Plan, draw: number): void {
  const leaves: (() => void)[] = [];
  const visit = (holder: Record<string, unknown>, key: string): void => {
    const part = holder[key];
    if (isEmptyNumbers(key, part)) leaves.push(() => (holder[key] = [0]));
    else if (typeof part === 'object' && part !== null) {
      // A tree follows from its text, without its kind it is no plan, and the hash is what is being tested.
      for (const inner of Object.keys(part)) {
        if (!UNCHANGED.has(inner)) visit(part as Record<string, unknown>, inner);
      }
    } else leaves.push(() => (holder[key] = another(part)));
  };
  visit({ plan }, 'plan');
  leaves[draw % leaves.length]?.();
}

const UNCHANGED: ReadonlySet<string> = new Set(['ast', 'kind', 'hash']);
const isEmptyNumbers = (key: string, part: unknown): boolean =>
  (key === 'in' || key === 'of') && Array.isArray(part) && part.length === 0;

function another(leaf: unknown): unknown {
  if (typeof leaf === 'number') return leaf + 1;
  return typeof leaf === 'string' ? `${leaf}'` : !leaf;
}
