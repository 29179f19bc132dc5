import { quote } from '../value/quote.js';
import type { Condition, LoopRule } from './document.js';
import { references } from './body.js';

/** A form or a condition as one reads it, on one line. */
export function formText(form: Condition): string {
  if (typeof form === 'string') return form;
  if ('value' in form) return quote(form.value, 40);
  if ('expr' in form) return form.expr;
  const [kind] = Object.keys(form);
  return `${kind}(${references(form).join(', ')})`;
}

/** When a loop ends: `loop until better.ok, max 5`. */
export function loopText({ until, max }: LoopRule): string {
  const ends = [
    ...(until === undefined ? [] : [`until ${formText(until)}`]),
    ...(max === undefined ? [] : [`max ${max}`]),
  ];
  return ['loop', ends.join(', ')].filter(text => text !== '').join(' ');
}
