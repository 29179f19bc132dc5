import { Document as YamlDocument, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Document } from './document.js';

/** Indented JSON with a line break at the end; `parseDocument` gives the document back. */
export const toJson = (document: Document): string => `${JSON.stringify(document, null, 2)}\n`;

/** YAML as one writes it by hand, small lists and objects on one line; `parseDocument` gives the document back. */
export function toYaml(document: Document): string {
  const yaml = new YamlDocument(document, { aliasDuplicateObjects: false });
  // What was made from JSON has text as keys and no aliases, as if it had been parsed.
  putOnLines(yaml.contents as ParsedNode, false);
  return yaml.toString({ lineWidth: 0 });
}

/** The most characters of a list or object on one line. */
const ONE_LINE = 80;
/** The most levels on one line. */
const ONE_LINE_LEVELS = 2;
/** Have a line for each of their entries, however small. */
const MANY: ReadonlySet<string> = new Set(['nodes', 'clusters', 'steps', 'graphs']);

interface Size {
  readonly length: number;
  readonly levels: number;
}

/** Decides which lists and objects stand on one line. Returns about how large the node would be on one. */
function putOnLines(node: ParsedNode | null, mayBeOneLine = true): Size {
  if (isScalar(node)) return { length: String(node.value).length, levels: 0 };
  if (!isMap(node) && !isSeq(node)) return { length: 0, levels: 0 };
  const sizes = isMap(node)
    ? node.items.map(({ key, value }) => larger(putOnLines(value, !MANY.has(String(key))), String(key).length + 2))
    : node.items.map(item => putOnLines(item));
  const length = sizes.reduce((sum, size) => sum + size.length + 2, 2);
  const levels = sizes.reduce((most, size) => Math.max(most, size.levels), 0) + 1;
  node.flow = sizes.length === 0 || (mayBeOneLine && length <= ONE_LINE && levels <= ONE_LINE_LEVELS);
  return { length, levels };
}

const larger = ({ length, levels }: Size, by: number): Size => ({ length: length + by, levels });
