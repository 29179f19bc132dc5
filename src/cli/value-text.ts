import { isFlat, isList, type Value } from '../value/value.js';
import { quote } from '../value/quote.js';
import { sizeText } from './words.js';

/** The longest JSON that stands on one line. */
const ONE_LINE = 100;

/** Outputs by port, a line or a block each; text as it is, all else as JSON. */
export function outputsText(outputs: Readonly<Record<string, unknown>>): string {
  return Object.entries(outputs)
    .map(([port, value]) => {
      const text = valueText(value);
      return text.includes('\n') ? `${port}:\n${text.trimEnd().replace(/^(?=.)/gm, '  ')}` : `${port}: ${text}`;
    })
    .join('\n');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= ONE_LINE ? text : JSON.stringify(value, null, 2);
}

/** A value as a view or a frame has it, in a few words: what lies in the store is only named. */
export function shownValue(value: Value, limit = 60): string {
  if (isList(value)) return `[${value.list.length} ${value.list.length === 1 ? 'value' : 'values'}]`;
  if (isFlat(value)) return `flat ${shownValue(value.flat, limit)}`;
  if (value.inline !== undefined) return quote(value.inline, limit);
  return `(${sizeText(value.size)}, ${value.digest?.slice(0, 12) ?? 'no digest'})`;
}

/** As `shownValue`, of several by port. */
export function shownValues(values: Readonly<Record<string, Value>>): string {
  return Object.entries(values)
    .map(([port, value]) => `${port}=${shownValue(value, 40)}`)
    .join(' ');
}
