import { describe, expect, test } from 'vitest';
import { buildPlan } from './build-plan.js';
import { input, operate, override } from './changes-of.js';
import { Drive } from './drive.js';
import { chain } from './shapes.js';

describe('refusal', () => {
  const guarded = buildPlan({
    in: ['x'],
    inputs: { x: { schema: { type: 'number' } } },
    nodes: [
      { id: 'a', in: { x: '$in.x' }, out: ['y', 'z'] },
      { id: 'b', in: { x: 'a.y' }, out: ['y'] },
    ],
    protected: { 'a.y': 'never', 'a.z': 'with-reason' },
  });

  test.each([
    [override('nope.y', 1), 'invalid_intervention', 'unknown_node'],
    [override('a.nope', 1), 'invalid_intervention', 'unknown_port'],
    [override('not an address', 1), 'invalid_intervention', 'bad_address'],
    [override('$in.x', 1), 'invalid_intervention', 'not_allowed'],
    [operate('$in.x', 'add', 1), 'invalid_intervention', 'not_allowed'],
    [operate('$out.y', 'add', 1), 'invalid_intervention', 'unknown_port'],
    [input('$in.x', 1), 'invalid_intervention', 'not_awaited'],
    [input('$in.x', 'text'), 'invalid_intervention', 'invalid_value'],
    [override('a.y', 1), 'forbidden', 'forbidden'],
    [override('b/$in.x', 1), 'forbidden', 'forbidden'],
    [override('a.z', 1), 'forbidden', 'forbidden'],
  ])('I1 I2 I7 I10 %j is refused: %s, %s', (sent, code, inner) => {
    const d = new Drive(guarded).start({ x: 1 });
    expect(d.engine.refusal(sent)).toMatchObject({ code, address: sent.at, details: { code: inner } });
    d.intervene(sent);
    expect([d.last, d.interventionOf(sent.id)]).toMatchObject([[], { effect: 'not-used', refused: { code } }]);
    expect(d.interventionOf(sent.id)).not.toHaveProperty('outcome');
  });

  test('with a reason a port that asks for one is changed', () => {
    const d = new Drive(guarded).start({ x: 1 }).intervene(override('a.z', 1, { reason: 'tried it' }));
    expect(d.came('a.z')).toBe('applied pending');
  });

  test('after the end nothing is taken', () => {
    const d = new Drive(chain).start({ x: 1 }).event({ kind: 'cancelled' });
    expect(d.engine.refusal(override('a.y', 1))?.code).toBe('run_finished');
  });

  test('what never came to be read is not used: of a run that is cancelled no node has read what it waited for', () => {
    const d = new Drive(chain, {}, [override('b/$in.x', 1)]).event({ kind: 'paused' }).start({ x: 1 });
    expect(d.event({ kind: 'cancelled' }).finish).not.toHaveProperty('overridden');
    expect(d.came('b/$in.x')).toBe('applied not-used');
  });
});
