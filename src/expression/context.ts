import type { Json } from '../value/json.js';
import type { Expr } from './ast.js';
import type { Operand } from './evaluate.js';

/** One evaluation, for the parts of the evaluator. */
export interface Context {
  readonly lookup: (name: string) => Operand;
  /** Takes from the fuel; throws Halt when it is used up. */
  readonly burn: (amount: number, column: number) => void;
  /** Throws Halt. */
  readonly valueOf: (expr: Expr) => Json;
}
