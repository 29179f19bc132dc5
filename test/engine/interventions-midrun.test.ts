import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { lazy, operate, override } from './changes-of.js';
import { Drive } from './drive.js';
import { chain, diamond } from './shapes.js';

/** A producer with one consumer behind it, and one that holds the consumer back. */
const held = buildPlan({
  onFailure: 'continue',
  nodes: [
    { id: 'p', in: { 'x?': { value: 0 } }, out: ['y'] },
    { id: 'w', out: ['y'] },
    { id: 'c', in: { 'x?': 'p.y', w: 'w.y' }, out: ['y'] },
  ],
  out: { 'y?': 'c.y' },
});
const begun = (): Drive => new Drive(held).start();
/** The producer as the test wants it, its consumer not yet started. */
const PRODUCERS: Readonly<Record<string, () => Drive>> = {
  queued: () => new Drive(held, { concurrency: 1 }).event({ kind: 'paused' }).start(),
  executing: begun,
  completed: () => begun().complete('p', { y: 1 }),
  skipped: () => new Drive(held, {}, [lazy('p/$in.x')]).start().supply('p/$in.x!resolve'),
  failed: () => begun().fail('p'),
  'short-circuited': () => new Drive(held, {}, [override('p.y', 5, { id: 'first' })]).start(),
  finishing: () => new Drive(held, {}, [operate('p.y', 'add', 5, { id: 'first' })]).start().complete('p', { y: 1 }),
};

describe('outcome', () => {
  test.each([
    ['queued', 'applied'],
    ['executing', 'replaced-attempt'],
    ['completed', 'applied'],
    ['skipped', 'applied'],
    ['failed', 'applied'],
    ['short-circuited', 'applied'],
    ['finishing', 'applied'],
  ])(
    'of an override whose producer is %s and whose consumer is not started: %s, and the consumer reads it',
    (state, outcome) => {
      const d = (PRODUCERS[state] as () => Drive)().intervene(override('p.y', 9)).event({ kind: 'resumed' });
      expect(d.came('p.y').split(' ')[0]).toBe(outcome);
      expect(d.complete('w', { y: 1 }).inputsOf('c')).toEqual({ x: 9, w: 1 });
      expect(d.complete('c', { y: 2 }).came('p.y')).toBe(`${outcome} used`);
      if (d.running.includes('p')) d.close('p');
      expect(d.outputs).toEqual({ y: 2 });
    },
  );

  test('of an override far ahead: applied, and what only it needed is not executed', () => {
    const d = new Drive(chain).start({ x: 1 }).intervene(override('b.y', 9));
    expect([d.came('b.y'), d.statuses()['b']]).toEqual(['applied used', 'short-circuited']);
  });

  test.each<[string, (d: Drive) => Drive]>([
    ['executing', d => d],
    ['completed', d => d.complete('l', { y: 2 })],
    ['failed', d => d.fail('l')],
    ['waiting for its worker', d => d.fail('l', 'step_not_here')],
  ])('too-late once a consumer is %s: nothing changes', (_, change) => {
    const d = change(new Drive(diamond({ onFailure: 'continue' })).start().complete('a', { y: 0 }));
    const before = d.statuses();
    d.intervene(override('a.y', 9));
    expect([d.last, d.statuses(), d.came('a.y')]).toEqual([[], before, 'too-late not-used']);
  });

  test('too-late once a consumer is skipped', () => {
    const plan = buildPlan({
      in: ['no'],
      nodes: [{ id: 'a', out: ['y'] }, { id: 'b', when: '$in.no', in: { x: 'a.y' } }, { id: 'c' }],
    });
    const d = new Drive(plan).start({ no: false }).complete('a', { y: 1 }).intervene(override('a.y', 2));
    expect([d.statuses()['b'], d.came('a.y')]).toEqual(['skipped', 'too-late not-used']);
  });

  test('an executing producer under partial coverage goes on, and its value is merged when it ends', () => {
    const d = begun().intervene(operate('p.y', 'add', 5));
    expect([d.came('p.y'), d.running]).toEqual(['applied pending', ['p', 'w']]);
    d.complete('p', { y: 1 }).supply('p.y!merge', 6).complete('w', { y: 1 });
    expect(d.inputsOf('c')).toEqual({ x: 6, w: 1 });
  });

  test('a replaced attempt is cancelled, and what it says later is not heard', () => {
    const d = begun().intervene(override('p.y', 9));
    expect(d.last).toContainEqual({ kind: 'cancel', exec: d.flying.get('p')?.exec });
    d.complete('p', { y: 1 }).complete('w', { y: 1 });
    expect(d.inputsOf('c')).toEqual({ x: 9, w: 1 });
  });

  test('an override at the input of a consumer that is ready is what it reads', () => {
    const d = new Drive(chain).event({ kind: 'paused' }).start({ x: 1 }).intervene(override('a/$in.x', 7));
    expect(d.event({ kind: 'resumed' }).inputsOf('a')).toEqual({ x: 7 });
    expect(d.intervene(override('a/$in.x', 8, { id: 'late' })).came('late')).toBe('too-late not-used');
  });

  test('I4 an operate at an input is merged with what the port has in the end', () => {
    const d = begun()
      .complete('p', { y: 1 })
      .intervene(operate('c/$in.x', 'add', 5))
      .complete('w', { y: 1 });
    expect(d.asked.get('c/$in.x!merge')).toMatchObject({ inner: { inline: 1 } });
    d.intervene(override('p.y', 2));
    expect(d.asked.get('c/$in.x!merge')).toMatchObject({ inner: { inline: 2 } });
    expect(d.supply('c/$in.x!merge', 7).inputsOf('c')).toEqual({ x: 7, w: 1 });
  });

  test('the same id with the same content acts once, with other content it is refused', () => {
    const d = begun().intervene(override('p.y', 9)).intervene(override('p.y', 9));
    expect([d.last, d.engine.interventions()]).toMatchObject([[], [{ outcome: 'replaced-attempt', seq: 1 }]]);
    expect(d.engine.refusal(override('p.y', 9))).toBeUndefined();
    expect(d.engine.refusal(override('p.y', 8))).toMatchObject({ code: 'id_reused' });
  });
});

describe('precedence and withdrawal', () => {
  test('I15 of two at one port the later one is effective, the other superseded', () => {
    const d = begun()
      .intervene(override('p.y', 8, { id: 'one' }))
      .intervene(override('p.y', 9, { id: 'two' }));
    expect(d.complete('w', { y: 1 }).inputsOf('c')).toEqual({ x: 9, w: 1 });
    expect([d.came('one'), d.came('two')]).toEqual(['replaced-attempt superseded', 'applied used']);
  });

  test('I15 taking back the later one brings the one before it back', () => {
    const d = begun()
      .intervene(override('p.y', 8, { id: 'one' }))
      .intervene(override('p.y', 9, { id: 'two' }))
      .withdraw('two');
    expect(d.complete('w', { y: 1 }).inputsOf('c')).toEqual({ x: 8, w: 1 });
    expect([d.came('one'), d.came('two')]).toEqual(['replaced-attempt used', 'applied not-used']);
  });

  test('I15 taking back the one that short-circuited has the step executed, its replaced attempt as the next generation', () => {
    const d = new Drive(held, {}, [override('p.y', 5)]).start().withdraw('p.y');
    expect(d.flying.get('p')).toMatchObject({ generation: 1 });
    const again = begun().intervene(override('p.y', 5));
    const [old] = [again.flying.get('p')?.exec ?? 0];
    again.withdraw('p.y');
    expect(again.flying.get('p')).toMatchObject({ generation: 2 });
    again.complete('p', { y: 3 }).event({ kind: 'completed', exec: old, outputs: {} }).complete('w', { y: 1 });
    expect(again.inputsOf('c')).toEqual({ x: 3, w: 1 });
  });

  test('taking back one that a step was completed under gives what the step gave', () => {
    const d = begun()
      .intervene(operate('p.y', 'add', 5))
      .complete('p', { y: 1 })
      .supply('p.y!merge', 6)
      .withdraw('p.y');
    expect(d.complete('w', { y: 1 }).inputsOf('c')).toEqual({ x: 1, w: 1 });
  });

  test('one that a consumer has read can not be taken back, one that came too late neither, and an unknown one', () => {
    const d = begun().intervene(override('p.y', 9)).complete('w', { y: 1 }).intervene(override('w.y', 2));
    const codes = ['p.y', 'w.y', 'who'].map(id => d.engine.withdrawalRefusal(id)?.code);
    expect(codes).toEqual(['already_used', 'too_late', 'not_found']);
    expect(d.withdraw('p.y').came('p.y')).toBe('replaced-attempt used');
  });

  test('a merge that is on its way is dropped when its intervention is replaced', () => {
    const d = begun()
      .intervene(operate('p.y', 'add', 5, { id: 'one' }))
      .complete('p', { y: 1 });
    const old = d.asked.get('p.y!merge')?.exec ?? 0;
    d.intervene(operate('p.y', 'add', 6, { id: 'two' }));
    expect(d.asked.get('p.y!merge')).toMatchObject({ inner: { inline: 1 }, data: { inline: 6 } });
    d.event({ kind: 'supplied', exec: old, value: { size: 1, inline: 0 } })
      .supply('p.y!merge', 7)
      .complete('w', { y: 1 });
    expect(d.inputsOf('c')).toEqual({ x: 7, w: 1 });
  });
});

describe('recompute', () => {
  const late = (): Drive => new Drive(diamond({ onFailure: 'continue' })).start().complete('a', { y: 0 });
  const again = { onLate: 'recompute' } as const;

  test('exactly the static descendants run again, as the next generation', () => {
    const d = late()
      .complete('l', { y: 1 })
      .complete('r', { y: 1 })
      .complete('z', { y: 1 })
      .intervene(override('l.y', 9, again));
    expect(d.last.filter(({ kind }) => kind === 'execute')).toMatchObject([
      { address: 'z', generation: 2, inputs: { l: { inline: 9 } } },
    ]);
    expect(d.came('l.y')).toBe('applied used');
    expect(d.complete('z', { y: 7 }).complete('alone', { y: 1 }).outputs).toEqual({ y: 7, alone: 1 });
  });

  test('what runs of it is cancelled, and what it says is not heard', () => {
    const d = late().complete('l', { y: 1 });
    const old = d.flying.get('r')?.exec ?? 0;
    d.intervene(override('a.y', 5, again));
    expect(d.last).toContainEqual({ kind: 'cancel', exec: old });
    expect(d.last.filter(({ kind }) => kind === 'execute')).toMatchObject([
      { address: 'l', generation: 2, inputs: { x: { inline: 5 } } },
      { address: 'r', generation: 2, inputs: { x: { inline: 5 } } },
    ]);
    d.event({ kind: 'completed', exec: old, outputs: {} }).complete('l', { y: 2 }).complete('r', { y: 3 });
    expect(d.inputsOf('z')).toEqual({ l: 2, r: 3 });
  });

  test('a failure that is done again is no failure any more, and what was skipped for it runs', () => {
    const d = late()
      .complete('r', { y: 1 })
      .fail('l')
      .intervene(override('a.y', 5, again));
    expect([d.engine.failures, d.statuses()['z']]).toEqual([[], 'waiting']);
    d.complete('l', { y: 1 }).complete('r', { y: 1 }).complete('z', { y: 1 }).complete('alone', { y: 1 });
    expect(d.finish).toMatchObject({ status: 'completed', failures: [] });
  });

  test('I4 a merge that failed is done again as well, and is no failure any more', () => {
    const d = late()
      .intervene(operate('l.y', 'add', 1))
      .complete('l', { y: 1 })
      .supply('l.y!merge');
    expect(d.engine.failures).toMatchObject([{ code: 'intervention_failed', address: 'l.y' }]);
    d.intervene(override('a.y', 5, again))
      .complete('l', { y: 2 })
      .supply('l.y!merge', 3);
    expect(d.complete('r', { y: 1 }).inputsOf('z')).toEqual({ l: 3, r: 1 });
    expect(d.engine.failures).toEqual([]);
  });

  test('in time it is no different, and at an output of the run there is nothing to do again', () => {
    const d = late().intervene(override('l.y', 9, again));
    expect([d.came('l.y'), d.running]).toEqual(['replaced-attempt used', ['alone', 'l', 'r']]);
    expect(d.intervene(override('$out.y', 1, again)).came('$out.y')).toBe('applied pending');
  });
});

describe('scopes', () => {
  const each = buildPlan({
    nodes: [
      {
        id: 'pages',
        scoped: {
          kind: 'item',
          onFailure: 'continue',
          body: {
            in: ['item'],
            nodes: [
              { id: 'a', in: { x: '$in.item' }, out: ['y'] },
              { id: 'b', in: { x: 'a.y' }, out: ['y'] },
            ],
            out: { y: 'b.y' },
          },
        },
      },
      { id: 'join', in: { l: 'pages.y' } },
    ],
  });
  const items = (...list: number[]) => list.map(inline => [{ size: 1, inline }]);
  const fed = (d: Drive, ...list: number[]): Drive =>
    d.event({ kind: 'items', scope: 0, node: 0, first: 0, items: items(...list) });

  test('I15 one item beats all items, whichever came first', () => {
    const d = fed(new Drive(each, {}, [override('pages[1]/a.y', 8), override('pages/a.y', 9)]).start(), 1, 2);
    expect([d.inputsOf('pages[0]/b'), d.inputsOf('pages[1]/b')]).toEqual([{ x: 9 }, { x: 8 }]);
  });

  test('I15 without an index it works wherever the port is not read yet', () => {
    const d = fed(new Drive(each).start(), 1, 2).complete('pages[0]/a', { y: 1 }).intervene(override('pages/a.y', 9));
    expect([d.inputsOf('pages[0]/b'), d.inputsOf('pages[1]/b')]).toEqual([{ x: 1 }, { x: 9 }]);
    d.event({ kind: 'items', scope: 0, node: 0, first: 2, items: items(3) });
    expect([d.inputsOf('pages[2]/b'), d.came('pages/a.y')]).toEqual([{ x: 9 }, 'replaced-attempt used']);
  });

  test('I14 an override of what a scoped node gives is its list of items: no scope opens', () => {
    const d = new Drive(each, {}, [override('pages.y', [1, 2])]).start();
    expect([d.inputsOf('join'), d.statuses()['pages']]).toEqual([{ l: [1, 2] }, 'short-circuited']);
  });

  test('I14 I15 while its items run it replaces them; an index beyond the list is not used', () => {
    const d = fed(new Drive(each, {}, [override('pages[7]/a.y', 0)]).start(), 1).intervene(override('pages.y', [3]));
    expect([d.came('pages.y'), d.inputsOf('join')]).toEqual(['replaced-attempt used', { l: [3] }]);
    expect(d.complete('join').came('pages[7]/a.y')).toBe('applied not-used');
  });
});

describe('scopes that are done again', () => {
  test('failures inside are no failures any more', () => {
    const body = {
      in: ['item', 'k'],
      nodes: [{ id: 'a', in: { x: '$in.item', k: '$in.k' }, out: ['y'] }],
      out: { 'y?': 'a.y' },
    };
    const plan = buildPlan({
      nodes: [
        { id: 's', out: ['y'] },
        { id: 'each', in: { k: 's.y' }, scoped: { kind: 'item', onFailure: 'continue', body } },
        { id: 'join', in: { l: 'each.y' } },
      ],
    });
    const feed = (d: Drive): Drive =>
      d.event({ kind: 'items', scope: 0, node: 1, first: 0, items: [[{ size: 1, inline: 1 }]] });
    const d = feed(new Drive(plan).start().complete('s', { y: 1 }))
      .fail('each[0]/a')
      .event({ kind: 'ended', scope: 0, node: 1 });
    expect([d.engine.failures.length, d.inputsOf('join')]).toEqual([1, { l: [] }]);
    feed(d.intervene(override('s.y', 2, { onLate: 'recompute' })));
    expect([d.engine.failures, d.inputsOf('each[0]/a')]).toEqual([[], { x: 1, k: 2 }]);
    expect(d.flying.get('each[0]/a')).toMatchObject({ generation: 2 });
  });
});
