import type { Expr } from '../expression/ast.js';
import type { ExpressionIssue } from '../expression/issue.js';
import { parseExpression, type Parsed } from '../expression/parse.js';
import type { Place } from './place.js';
import type { Report } from './report.js';

/** Parses and reports what is wrong; undefined if that is something. */
export type ParseExpression = (text: string, place: Place, report: Report) => Expr | undefined;

/** A parser that parses each text once: graphs made by programs say the same thing in many places. */
export function createExpressionParser(): ParseExpression {
  const known = new Map<string, Parsed>();
  return (text, place, report) => {
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = parseExpression(text);
      known.set(text, parsed);
    }
    if (parsed.ok) return parsed.ast;
    reportExpression(parsed.issues, place, report);
    return undefined;
  };
}

export function reportExpression(issues: readonly ExpressionIssue[], place: Place, report: Report): void {
  for (const { column, message } of issues) report('bad_expression', place, `column ${column}: ${message}`);
}
