import { describe, expect, test } from 'vitest';
import { runOptionsOf, type RunSettings } from '../../src/run/run-settings.js';

describe('settings of a run', () => {
  test('become options, times in milliseconds; what is not said is not there', () => {
    expect(runOptionsOf({})).toEqual({});
    const settings: RunSettings = {
      deadline: '2s',
      schedule: 'stages',
      prune: true,
      cache: 'refresh',
      breakpoints: [{ before: 'brew' }, { at: 'grind.powder', if: 'value > 3' }],
      baggage: { scope_id: 's' },
    };
    expect(runOptionsOf(settings)).toEqual({ ...settings, deadline: 2000 });
  });

  test.each([
    [{ schedule: 'later' }, /schedule: expected "dataflow" or "stages", got "later"/],
    [{ prune: 1 }, /prune: expected true or false, got 1/],
    [{ cache: 'no' }, /cache: expected "use", "bypass" or "refresh", got "no"/],
    [{ breakpoints: [{ before: '' }] }, /breakpoints: \/0: expected the address of a node/],
    [{ breakpoints: { before: 'brew' } }, /breakpoints: expected a list/],
    [{ baggage: { deep: [new Map()] } }, /baggage: \/deep\/0 expected JSON/],
    [{ baggage: ['x'] }, /baggage: expected an object of JSON/],
  ])('that are wrong are refused: %j', (settings, message) => {
    expect(() => runOptionsOf(settings as RunSettings)).toThrow(
      expect.objectContaining({ code: 'invalid_option', message: expect.stringMatching(message) }),
    );
  });
});
