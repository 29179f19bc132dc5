import { describe, expect, test } from 'vitest';
import type { AnyStep } from '../../src/graph/contract.js';
import { Implements, Steps, stepMethodsOf } from '../../src/nest/steps.js';
import { offer, price } from './shop.js';

describe('@Implements', () => {
  test('wants the contract of a step', () => {
    for (const wrong of [offer, undefined, { id: 'price' }]) {
      expect(() => {
        class Wrong {
          @Implements(wrong as unknown as AnyStep)
          price() {
            return {};
          }
        }
        return Wrong;
      }).toThrow('@Implements at price: expected the contract of a step, made by `step`');
    }
  });

  test('wants a method of instances', () => {
    expect(() => {
      class Wrong {
        readonly own = 1;

        @Implements(price)
        static price() {
          return { cents: 1 };
        }
      }
      return Wrong;
    }).toThrow('@Implements at price: a static method has no provider');
  });

  test('may stand at a method more than once, under other decorators, and at a symbol', () => {
    const key = Symbol('key');
    const wrapped =
      () =>
      (_: object, __: string | symbol, descriptor: PropertyDescriptor): void => {
        const inner = descriptor.value as () => object;
        descriptor.value = () => inner();
      };
    @Steps()
    class Both {
      @wrapped()
      @Implements(price)
      first() {
        return { cents: 1 };
      }

      @Implements(price)
      [key]() {
        return { cents: 2 };
      }
    }
    expect(stepMethodsOf(Both).map(({ method }) => method)).toEqual(['first', key]);
  });
});
