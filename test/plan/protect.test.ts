import { describe, expect, it } from 'vitest';
import type { Document, Protection } from '../../src/document/document.js';
import { check } from '../../src/plan/compile.js';
import { cafe, found, rootOf } from './kitchen.js';

const N = { type: 'number' } as const;
const guarded = (protect: Readonly<Record<string, Protection>>, more: Partial<Document> = {}): Document =>
  cafe({
    in: { beans: N },
    nodes: {
      grind: { step: 'grind', in: { beans: '$in.beans' } },
      pause: { sleep: '1s', in: { value: 'grind.powder' } },
      hard: { graph: 'twice', in: { beans: 'pause.value' } },
      soft: { graph: 'twice', in: { beans: '$in.beans' } },
    },
    graphs: {
      twice: {
        id: 'twice',
        in: { beans: N },
        nodes: { mill: { step: 'grind', in: { beans: '$in.beans' } } },
        out: { fine: 'mill.powder' },
      },
    },
    ...more,
    protect,
  });

describe('protected ports', () => {
  it('are in the plan by address: outputs, inputs, and the graph’s own inputs', () => {
    const protect = {
      'grind.powder': 'never',
      'grind/$in.beans': 'with-reason',
      '$in.beans': 'never',
      'pause.value': 'with-reason',
      'pause/$in.value': 'never',
      'hard.fine': 'never',
      'hard/$in.beans': 'with-reason',
    } as const;
    expect(rootOf(guarded(protect)).plan.protected).toEqual(protect);
  });

  it('are not mentioned in a plan that has none', () => {
    expect(rootOf(guarded({})).plan).not.toHaveProperty('protected');
    expect(rootOf(cafe({})).plan).not.toHaveProperty('protected');
  });

  it('of a nested graph are protected in each use; of two words about one port the stricter counts', () => {
    const twice: Document = {
      id: 'twice',
      in: { beans: N },
      nodes: { mill: { step: 'grind', in: { beans: '$in.beans' } } },
      out: { fine: 'mill.powder' },
      protect: { 'mill.powder': 'with-reason', '$in.beans': 'with-reason' },
    };
    const protect = { 'hard/$in.beans': 'never' } as const;
    expect(rootOf(guarded(protect, { graphs: { twice } })).plan.protected).toEqual({
      'hard/$in.beans': 'never',
      'hard/mill.powder': 'with-reason',
      'soft/$in.beans': 'with-reason',
      'soft/mill.powder': 'with-reason',
    });
    const strict = { ...twice, protect: { '$in.beans': 'never' } } as const;
    const mild = guarded({ 'hard/$in.beans': 'with-reason' }, { graphs: { twice: strict } });
    expect(rootOf(mild).plan.protected?.['hard/$in.beans']).toBe('never');
  });

  it.each([
    ['grnd.powder', 'unknown_node', 'there is no node "grnd": did you mean "grind"?'],
    ['grind.power', 'unknown_port', 'node "grind" has no output "power": did you mean "powder"?'],
    ['grnd/$in.beans', 'unknown_node', '"grnd/$in.beans": there is no node "grnd": did you mean "grind"?'],
    ['grind/$in.bean', 'unknown_port', 'node "grind" has no input "bean": did you mean "beans"?'],
    ['$in.bean', 'unknown_port', 'the graph has no input "bean": did you mean "beans"?'],
    ['hard/mill.powder', 'unknown_node', 'there is no node "hard/mill"'],
    ['grind', 'unknown_port', 'node "grind" has no output ""'],
  ])('that are not there are issues: %s', (address, code, message) => {
    const document = guarded({ [address]: 'never' });
    expect(found(document)).toEqual([`${code} /protect/${address.replaceAll('/', '~1')}`]);
    expect(check(document)[0]?.message).toContain(message);
  });
});
