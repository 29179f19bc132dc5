import type { Engine } from '../../src/engine/engine.js';
import type { RunFailureDetails } from '../../src/protocol/start.js';

/**
 * This run, for the interceptors: they are made before it and know it only from here. Every run has its own copy of this
 * module.
 */
export const current: {
  engine?: Engine;
  /** Set when the run ends as cancelled. */
  cancelled?: RunFailureDetails;
} = {};
