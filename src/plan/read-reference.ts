import { GRAPH_INPUT, READ_IN, type Word } from '../document/reference.js';
import type { LocalCapture, LocalNode } from './local-body.js';
import type { Place } from './place.js';
import type { Source } from './plan.js';
import { MOST_CANDIDATES, suggestion } from './report.js';
import { itemsSlot } from './stream.js';
import type { Wiring } from './wire.js';

/** The source in place of one that could not be resolved: always absent, and of a type that nothing is known about. */
export const UNRESOLVED: Source = -1;

/** The each or loop whose nodes a wiring reads, seen from the body around it. */
export interface Around {
  readonly wiring: Wiring;
  /** Its number there, and its id. */
  readonly node: number;
  readonly id: string;
  readonly captured: LocalCapture[];
  /** By slot there: the slot that stands for it here. */
  readonly slots: Map<Source, Source>;
  /** The slot of the first one. */
  readonly firstCapture: number;
}

/** What a reference names: a port of this body, or one of a body around it, which is captured. */
export function readReference(wiring: Wiring, text: string, place: Place, reader: number): Source {
  const [head, name] = split(text);
  if (isWord(head)) return readWord(wiring, text, head, place);
  if (name.startsWith('$')) return readWordOf(wiring, text, head, name, place);
  if (head === GRAPH_INPUT) {
    if (wiring.around !== undefined) return capture(wiring.around, text, place);
    return wiring.inputs.index.get(name) ?? unknownInput(wiring, name, place);
  }
  const target = wiring.index.get(head);
  const node = target === undefined ? undefined : wiring.nodes[target];
  if (node !== undefined) return readOutput(wiring, node, name, text, place, target === reader);
  if (wiring.around !== undefined && isAround(wiring, head)) return capture(wiring.around, text, place);
  return unknownNode(wiring, head, text, place);
}

function split(text: string): readonly [head: string, name: string] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
}

function readOutput(wiring: Wiring, node: LocalNode, name: string, text: string, place: Place, isOwn: boolean): Source {
  if (isOwn) {
    wiring.report('self_loop', place, `node "${node.id}" can't read its own output "${text}"`);
    return UNRESOLVED;
  }
  if (node.use.kind === 'unknown') return UNRESOLVED;
  if (itemsSlot(wiring, text) !== undefined) return misreadItems(wiring, node.id, text, place);
  const port = node.use.out.index.get(name);
  return port === undefined ? unknownOutput(wiring, node, name, place) : node.out + port;
}

function misreadItems({ report }: Wiring, id: string, text: string, place: Place): Source {
  const instead = `read them by an each beside "${id}" (each: ${text}), or as lists by a collect there (collect: ${text})`;
  report('stream_needs_each', place, `"${text}" are the items of a stream, which come one after another: ${instead}`);
  return UNRESOLVED;
}

/** `$item`, `$state.text`: of the innermost each or loop around. */
function readWord(wiring: Wiring, text: string, word: Word, place: Place): Source {
  const { around, inputs } = wiring;
  if (around === undefined) {
    wiring.report(
      'unknown_port',
      place,
      `"${text}": only the nodes of ${READ_IN[word] === 'each' ? 'an each' : 'a loop'} can read ${word}`,
    );
    return UNRESOLVED;
  }
  const own = inputs.index.get(text);
  if (own !== undefined) return own;
  if (!hasWord(wiring, word)) return capture(around, text, place);
  return unknownWord(wiring, text, place);
}

/** `pages.$item`: of an each or a loop that has to be around. */
function readWordOf(wiring: Wiring, text: string, id: string, word: string, place: Place): Source {
  const { around, inputs } = wiring;
  if (around?.id === id) return inputs.index.get(word) ?? unknownWord(wiring, word, place);
  if (around !== undefined && isAround(wiring, id)) return capture(around, text, place);
  wiring.report('unknown_port', place, `"${text}": this is not among the nodes of an each or a loop "${id}"`);
  return UNRESOLVED;
}

const isWord = (head: string): head is Word => Object.hasOwn(READ_IN, head);

/** Whether the body is one of the kind that the word is read in: each of its scopes then has a number. */
const hasWord = ({ inputs }: Wiring, word: Word): boolean =>
  inputs.index.has(READ_IN[word] === 'each' ? '$index' : '$iteration');

function unknownWord({ inputs, report }: Wiring, word: string, place: Place): Source {
  report('unknown_port', place, `there is no ${word} here${suggestion(word, inputs.index)}`);
  return UNRESOLVED;
}

/** How many bodies are around. */
export function levelOf(wiring: Wiring): number {
  let level = 0;
  for (let at = wiring.around; at !== undefined; at = at.wiring.around) level += 1;
  return level;
}

/** Whether a body around has such a node. */
export function isAround(wiring: Wiring, id: string): boolean {
  for (let at = wiring.around?.wiring; at !== undefined; at = at.around?.wiring) if (at.index.has(id)) return true;
  return false;
}

/** What is around is read there, once for all scopes; here it is one more input. */
function capture({ wiring, node, captured, slots, firstCapture }: Around, text: string, place: Place): Source {
  const of = readReference(wiring, text, place, node);
  const known = of === UNRESOLVED ? UNRESOLVED : slots.get(of);
  if (known !== undefined) return known;
  const slot = firstCapture + captured.push({ text, of }) - 1;
  slots.set(of, slot);
  return slot;
}

function unknownInput({ inputs, report }: Wiring, name: string, place: Place): Source {
  report('unknown_port', place, `the graph has no input "${name}"${suggestion(name, inputs.index)}`);
  return UNRESOLVED;
}

export function unknownNode(wiring: Wiring, id: string, text: string, place: Place): Source {
  const known = wiring.around === undefined ? wiring.index : namesFrom(wiring);
  wiring.report('unknown_node', place, `"${text}": there is no node "${id}"${suggestion(id, known)}`);
  return UNRESOLVED;
}

/** What may be read in a body, as long as that is few enough to look for a near name in. */
function namesFrom(wiring: Wiring): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  for (
    let at: Wiring | undefined = wiring;
    at !== undefined && at.index.size <= MOST_CANDIDATES;
    at = at.around?.wiring
  ) {
    for (const [name, node] of at.index) names.set(name, node);
  }
  return names;
}

function unknownOutput({ report }: Wiring, { id, use }: LocalNode, name: string, place: Place): Source {
  report('unknown_port', place, `node "${id}" has no output "${name}"${suggestion(name, use.out.index)}`);
  return UNRESOLVED;
}
