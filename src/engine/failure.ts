import type { Json } from '../value/json.js';

/** Why a node or a run failed: plain JSON, made at a step's border, by a driver, or by the engine. */
export interface Failure {
  /** Branch on this, never on the text. The step's own code, or one of ours: `timeout`, `deadline`, `missing_input`, … */
  readonly code: string;
  readonly message: string;
  /** The node (or port) it belongs to; the engine fills it in. */
  readonly address?: string;
  /** Which attempt it was, from 1. */
  readonly attempt?: number;
  readonly details?: Json;
  readonly stack?: string;
  readonly cause?: Failure;
}
