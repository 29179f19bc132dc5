import { isJsonList, type Json } from './json.js';

/** A value as an error message quotes it: its JSON, cut with `…` to at most `limit` characters. Cheap on large values. */
export function quote(value: Json, limit = 60): string {
  const text = preview(value, limit);
  if (text.length <= limit) return text;
  if (typeof value === 'string') return `${cut(text, limit - 2)}…"`;
  return `${cut(text, limit - 1)}…`;
}

/** The JSON of `value` or, longer than `room`, its beginning. Each level costs a character, so `room` bounds the recursion. */
function preview(value: Json, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, Math.max(0, room) + 1));
  if (typeof value !== 'object' || value === null) return String(value);
  if (isJsonList(value)) return `[${join(value.length, room, (at, left) => preview(value[at] as Json, left))}]`;
  const keys = Object.keys(value);
  const entry = (at: number, left: number): string => {
    const key = preview(keys[at] as string, left);
    return `${key}:${preview(value[keys[at] as string] as Json, left - key.length)}`;
  };
  return `{${join(keys.length, room, entry)}}`;
}

function join(count: number, room: number, part: (at: number, left: number) => string): string {
  let text = '';
  for (let at = 0; at < count && text.length <= room; at += 1) {
    text += (at > 0 ? ',' : '') + part(at, room - text.length - 1);
  }
  return text;
}

/** The first `length` code units, not ending within a surrogate pair. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
