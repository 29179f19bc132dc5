/**
 * The tree of an `until/1` expression: plain JSON, stored in plans. `column` is where a node's operator stands, or its
 * first character if it has none. What it means is in `evaluate.ts`; it never changes within version 1.
 */
export type Expr =
  | LiteralExpr
  | NameExpr
  | ListExpr
  | ReadExpr
  | UnaryExpr
  | LogicExpr
  | CompareExpr
  | ArithmeticExpr
  | ChooseExpr
  | CallExpr
  | HasExpr;

export interface LiteralExpr {
  readonly kind: 'literal';
  readonly value: null | boolean | number | string;
  readonly column: number;
}
export interface NameExpr {
  readonly kind: 'name';
  readonly name: string;
  readonly column: number;
}
interface ListExpr {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  readonly column: number;
}
/** A way into a value: `order.lines[0].sku`. `of` is never a read itself. */
export interface ReadExpr {
  readonly kind: 'read';
  readonly of: Expr;
  readonly steps: readonly Step[];
  readonly column: number;
}
export interface UnaryExpr {
  readonly kind: 'not' | 'negate';
  readonly of: Expr;
  readonly column: number;
}
/** Two operands or more: a chain of the same word is one node. */
export interface LogicExpr {
  readonly kind: 'logic';
  readonly op: 'and' | 'or';
  readonly of: readonly Expr[];
  readonly column: number;
}
export interface CompareExpr {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly column: number;
}
export interface ArithmeticExpr {
  readonly kind: 'arithmetic';
  readonly op: ArithmeticOp;
  readonly left: Expr;
  readonly right: Expr;
  readonly column: number;
}
/** `test ? yes : no` */
export interface ChooseExpr {
  readonly kind: 'choose';
  readonly test: Expr;
  readonly yes: Expr;
  readonly no: Expr;
  readonly column: number;
}
export interface CallExpr {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly args: readonly Expr[];
  readonly column: number;
}
/** Is there something at the end of this path? Its `of` is a name, or a read that starts at one. */
export interface HasExpr {
  readonly kind: 'has';
  readonly of: NameExpr | ReadExpr;
  readonly column: number;
}

/** `field`: `.sku` or `["sku"]`; `item`: `[0]`; `index`: `[any expression]`. The first two are known before a run. */
export type Step = StaticStep | DynamicStep;
export type StaticStep =
  | { readonly kind: 'field'; readonly name: string; readonly column: number }
  | { readonly kind: 'item'; readonly index: number; readonly column: number };
export interface DynamicStep {
  readonly kind: 'index';
  readonly index: Expr;
  readonly column: number;
}

export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';
export type ArithmeticOp = '+' | '-' | '*' | '/' | '%';
export type FunctionName = 'len' | 'min' | 'max' | 'abs';

/** The expressions directly inside one. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'list':
      return expr.items;
    case 'read':
      return [expr.of, ...expr.steps.flatMap(step => (step.kind === 'index' ? [step.index] : []))];
    case 'not':
    case 'negate':
    case 'has':
      return [expr.of];
    case 'logic':
      return expr.of;
    case 'compare':
    case 'arithmetic':
      return [expr.left, expr.right];
    case 'choose':
      return [expr.test, expr.yes, expr.no];
    case 'call':
      return expr.args;
  }
}
