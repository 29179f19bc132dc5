import { isTextMedia, typeOfMedia } from '../value/media.js';
import { quote } from '../value/quote.js';
import { isFlat, isLeaf, isList, type Value } from '../value/value.js';
import { sizeText } from './words.js';

/** The longest JSON that stands on one line. */
const ONE_LINE = 100;

/**
 * Outputs by port, a line or a block each; text as it is, all else as JSON, but bytes, which are only named. `values`: what the
 * run has there.
 */
export function outputsText(
  outputs: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, Value>> = {},
): string {
  return Object.entries(outputs)
    .map(([port, value]) => {
      const text = bytesText(Object.hasOwn(values, port) ? values[port] : undefined) ?? valueText(value);
      return text.includes('\n') ? `${port}:\n${text.trimEnd().replace(/^(?=.)/gm, '  ')}` : `${port}: ${text}`;
    })
    .join('\n');
}

/** `<12.3 MB of image/png, sha256 …>`; undefined for what is no bytes. */
function bytesText(value: Value | undefined): string | undefined {
  if (!value || !isLeaf(value) || value.media === undefined || isTextMedia(value.media)) return undefined;
  const { size, media, digest = 'unknown' } = value;
  return `<${sizeText(size)} of ${media}, sha256 ${digest}>`;
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
  const { size, inline, media, digest } = value;
  if (inline !== undefined && (media === undefined || isTextMedia(media))) return quote(inline, limit);
  const what = media === undefined ? '' : ` of ${typeOfMedia(media)}`;
  return `(${sizeText(size)}${what}, ${digest?.slice(0, 12) ?? 'no digest'})`;
}

/** As `shownValue`, of several by port. */
export function shownValues(values: Readonly<Record<string, Value>>): string {
  return Object.entries(values)
    .map(([port, value]) => `${port}=${shownValue(value, 40)}`)
    .join(' ');
}
