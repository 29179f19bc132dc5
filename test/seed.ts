import fc from 'fast-check';

/**
 * Properties try the same cases every time, so that what a run of the tests says depends on the sources alone. Others are
 * tried with `PROPERTY_SEED=random` (or a number, such as fast-check prints when a property fails).
 */
const { PROPERTY_SEED = '20260901' } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });
