import { isMediaType, textMedia } from '../value/media.js';
import type { JsonSchema } from './json-schema.js';

/**
 * The media of values that are no JSON, by the schema of their JSON side: text with a `contentMediaType`, which is bytes where
 * its `contentEncoding` is base64. Undefined for JSON: what is only part of a value is JSON, too.
 */
export function mediaOf(schema: JsonSchema | undefined): string | undefined {
  if (typeof schema !== 'object' || schema.type !== 'string') return undefined;
  const { contentMediaType, contentEncoding } = schema;
  if (!isMediaType(contentMediaType)) return undefined;
  if (contentEncoding === 'base64') return contentMediaType;
  return contentEncoding === undefined ? textMedia(contentMediaType) : undefined;
}

/** Whether a schema is that of bytes, of which JSON has the base64. */
export const isBytes = (schema: JsonSchema | undefined): boolean =>
  typeof schema === 'object' && schema.contentEncoding === 'base64' && mediaOf(schema) !== undefined;

/** Whether a schema says that its strings are text of some media type. */
export const isText = (schema: JsonSchema): boolean => mediaOf(schema) !== undefined && !isBytes(schema);

/** Whether UTF-8 can carry it: it has no half of a surrogate pair. */
export const isUtf8 = (text: string): boolean => !/\p{Cs}/u.test(text);

/** In time that grows with the length, however long it is: a pattern could not. */
export function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : Number(text.endsWith('='));
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding));
}
