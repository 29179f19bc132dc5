import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser, type CST, type ParsedNode, type Scalar } from 'yaml';
import type { Json } from '../value/json.js';
import { pointer } from '../value/pointer.js';
import type { Finding } from './finding.js';
import { MAX_DEPTH } from './own-copy.js';
import { duplicate, tooDeep, unreadable, type Text, type VisitEntry } from './text.js';

/** After so many syntax errors the rest says little; each costs time. */
const MAX_ERRORS = 20;

/**
 * Reads YAML 1.2 (core schema), refusing what JSON has no word for: aliases, anchors, tags, merge keys and directives.
 * O(n), about a second per megabyte.
 */
export function readYaml(yaml: string): Text {
  const tokens: CST.Token[] = [];
  const findings = tokenFindings(yaml, tokens);
  if (findings.length > 0) return unreadable(findings);
  // Keys are compared here, since `uniqueKeys` costs O(keys²).
  const composer = new Composer({ uniqueKeys: false, resolveKnownTags: false, logLevel: 'error' });
  const [document, another] = composer.compose(tokens, true, yaml.length);
  if (another !== undefined) {
    return unreadable([syntax('expected one document, got another one after `---`', another.range[0])]);
  }
  const errors = document?.errors.slice(0, MAX_ERRORS) ?? [];
  if (errors.length > 0) return unreadable(errors.map(error => syntax(error.message, error.pos[0])));
  const contents = document?.contents ?? null;
  const refused: Finding[] = [];
  const value = rootToJson(contents, { path: [], findings: refused, visit: () => undefined });
  return { value, findings: refused, entries: visit => void rootToJson(contents, { path: [], findings: [], visit }) };
}

const syntax = (message: string, offset: number): Finding => ({ code: 'syntax', path: '', message, offset });

/**
 * Splits `yaml` into `tokens`, and says what keeps them from being composed. `yaml` recurses over depth when it composes
 * and when it closes levels, and a stack that overflows there may abort the process: so depth is watched as it grows.
 */
function tokenFindings(yaml: string, tokens: CST.Token[]): Finding[] {
  const parser = new Parser();
  const findings: Finding[] = [];
  for (const lexeme of new Lexer().lex(yaml)) {
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') findings.push(syntax(token.message, token.offset));
      else if (token.type === 'directive') findings.push(refusal('directives', 'leave them out', [], token.offset));
      else tokens.push(token);
    }
    if (findings.length === MAX_ERRORS) return findings;
    if (isTooDeep(parser)) return [tooDeep(parser.offset)];
  }
  tokens.push(...parser.end());
  return findings;
}

/** On the parser's stack is the document, then what is open in it, then maybe a scalar. */
function isTooDeep({ stack }: Parser): boolean {
  const top = stack.at(-1);
  return stack.length > MAX_DEPTH + 1 && top !== undefined && 'items' in top;
}

function refusal(what: string, instead: string, path: readonly (string | number)[], offset: number): Finding {
  return { code: 'unsupported_yaml', path: pointer(path), message: `${what} are not supported: ${instead}`, offset };
}

interface Walk {
  readonly path: (string | number)[];
  readonly findings: Finding[];
  readonly visit: VisitEntry;
}

function rootToJson(contents: ParsedNode | null, walk: Walk): Json {
  const at = contents?.range[0] ?? 0;
  walk.visit(walk.path, at, at, false);
  return toJson(contents, walk);
}

function toJson(node: ParsedNode | null, walk: Walk): Json {
  if (node === null) return null;
  const refuse = (what: string, instead: string): void => {
    walk.findings.push(refusal(what, instead, walk.path, node.range[0]));
  };
  if (node.tag !== undefined) refuse('tags', `leave out ${node.tag}`);
  if (isAlias(node)) refuse('aliases', `write out what \`*${node.source}\` stands for`);
  else if (node.anchor !== undefined) refuse('anchors', `leave out \`&${node.anchor}\``);
  if (isSeq(node)) return node.items.map((item, index) => entry(index, item.range[0], item, walk));
  if (isMap(node)) return mapToJson(node.items, walk);
  return isScalar(node) ? (node.value as Json) : null;
}

function mapToJson(
  items: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[],
  walk: Walk,
): Json {
  const entries = new Map<string, Json>();
  for (const { key: keyNode, value } of items) {
    const key = keyText(keyNode, walk);
    if (key === undefined) continue;
    const repeated = entries.has(key);
    if (repeated) walk.findings.push(duplicate([...walk.path, key], keyNode.range[0]));
    entries.set(key, entry(key, keyNode.range[0], value, walk, repeated));
  }
  // Not by assignment: that of `__proto__` would hide the key from the checks.
  return Object.fromEntries(entries);
}

function keyText(node: ParsedNode, walk: Walk): string | undefined {
  const offset = node.range[0];
  if (!isScalar(node)) {
    walk.findings.push({ code: 'syntax', path: pointer(walk.path), message: 'expected text as key', offset });
    return undefined;
  }
  if (node.tag !== undefined) walk.findings.push(refusal('tags', `leave out ${node.tag}`, walk.path, offset));
  if (node.anchor !== undefined) {
    walk.findings.push(refusal('anchors', `leave out \`&${node.anchor}\``, walk.path, offset));
  }
  if (node.value === '<<' && node.type === 'PLAIN') {
    walk.findings.push(refusal('merge keys', 'write out what `<<` would merge', walk.path, offset));
    return undefined;
  }
  return keyOf(node);
}

/** `1: x` has the key "1", `yes: x` has "yes". */
const keyOf = (key: Scalar): string => (typeof key.value === 'string' ? key.value : (key.source ?? ''));

function entry(key: string | number, keyAt: number, value: ParsedNode | null, walk: Walk, repeated = false): Json {
  walk.path.push(key);
  walk.visit(walk.path, keyAt, value?.range[0] ?? keyAt, repeated);
  const json = toJson(value, walk);
  walk.path.pop();
  return json;
}
