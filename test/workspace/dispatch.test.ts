/** Dispatches in this process. */
import { describe } from 'vitest';
import { dispatchCases } from './cases.js';
import { registered } from './fixtures.js';

describe('in process', () => {
  dispatchCases(
    () => registered,
    async () => 'heavy',
  );
});
