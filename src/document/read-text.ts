import { jsonMistake } from './json-mistake.js';
import { readJson } from './json-text.js';
import { unreadable, type Text } from './text.js';
import { readYaml } from './yaml-text.js';

const MIB = 1_048_576;
/** In characters (UTF-16 units), since that is what a text can be asked for at no cost. */
const MAX_TEXT = 16 * MIB;
/** YAML takes a second per megabyte to read, JSON a few hundredths. */
const MAX_YAML = 4 * MIB;

const EMPTY = { code: 'empty', path: '', message: 'expected a graph document, got an empty text', offset: 0 };

/** Reads JSON text, or else YAML, which allows more between brackets: comments, bare words, a comma too many. */
export function readText(text: string): Text {
  if (text.length > MAX_TEXT) return tooLarge('a text', MAX_TEXT, text);
  if (text.trim() === '') return unreadable([EMPTY]);
  const json = /^\s*[[{]/.test(text) ? readJson(text) : undefined;
  if (json !== undefined) return json;
  const meantAsJson = /^\s*\{\s*"/.test(text);
  if (text.length > MAX_YAML) return meantAsJson ? unreadable([jsonMistake(text)]) : tooLarge('YAML', MAX_YAML, text);
  const yaml = readYaml(text);
  const isYaml = yaml.findings.every(({ code }) => code !== 'syntax');
  return meantAsJson && !isYaml ? unreadable([jsonMistake(text)]) : yaml;
}

function tooLarge(what: string, most: number, text: string): Text {
  const message = `expected ${what} of at most ${most / MIB} Mi characters, got ${text.length}`;
  return unreadable([{ code: 'too_large', path: '', message }]);
}
