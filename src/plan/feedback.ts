import { ITEMS } from '../document/body.js';
import { componentsOf, cyclesIn, wayRound } from './cycles.js';
import { inputPlace, type LocalBody, type LocalNode } from './local-body.js';
import { arrows } from './node-cycles.js';
import type { Report } from './report.js';
import { feedsOf, type Wired } from './vertices.js';

/** The numbers of a node that opens a scope for each item of a stream, and of that stream. */
interface Reader {
  readonly node: number;
  readonly stream: number;
}

/**
 * A stream goes on only while those that read its items have room, and an each opens none before it has all that its nodes
 * read from around it. Reports one `stream_feedback` for each group of nodes that would thus wait for one another.
 */
export function reportFeedback(body: LocalBody, report: Report): void {
  const readers = readersIn(body);
  if (readers.length === 0) return;
  const { nodes } = body;
  const feeds = feedsOf(withOpenings(body, readers));
  for (const knot of cyclesIn(componentsOf(feeds))) {
    const within = new Set(knot);
    const ways = readers.flatMap((reader, k) => {
      const opening = nodes.length + k;
      return within.has(opening) && within.has(reader.stream) ? [{ reader, way: wayRound(feeds, knot, opening) }] : [];
    });
    // Others in the knot may only wait for what waits; the one to be told waits for its own stream.
    const told = ways.find(({ reader, way }) => way[1] === reader.stream) ?? ways[0];
    if (told !== undefined) reportKnot(body, readers, told.reader, told.way, report);
  }
}

function reportKnot(
  { nodes }: LocalBody,
  readers: readonly Reader[],
  { node, stream }: Reader,
  way: readonly number[],
  report: Report,
): void {
  const ids = way.flatMap(vertex => nodes[readers[vertex - nodes.length]?.node ?? vertex]?.id ?? []);
  const [reader, of] = [nodes[node] as LocalNode, nodes[stream] as LocalNode];
  const round = arrows(ids.filter((id, i) => id !== ids[i - 1]));
  const why = `"${reader.id}" goes over the items of "${of.id}" as they come, so it can't wait for its end (${round})`;
  const instead = 'collect the items first, then go over the lists by an each';
  report('stream_feedback', inputPlace(reader, ITEMS), `${why}: ${instead}`);
}

const readersIn = ({ nodes, producer }: LocalBody): readonly Reader[] =>
  nodes.flatMap(({ use, in: [items] }, node) => {
    const stream = use.kind === 'scoped' && use.from.kind === 'items' ? producer[items ?? -1] : undefined;
    return stream === undefined ? [] : [{ node, stream }];
  });

/**
 * The body with the opening of items as a vertex of its own for each reader, behind the nodes: it waits for what the reader
 * captures, and both the reader and its stream wait for it.
 */
function withOpenings({ nodes, forms, conditions, producer }: LocalBody, readers: readonly Reader[]): Wired {
  const own = nodes.map(({ in: sources, guards }) => ({ in: [...sources], guards }));
  const openings = readers.map(({ node, stream }, k) => {
    const slot = producer.length + k;
    own[stream]?.in.push(slot);
    return { in: own[node]?.in.splice(1, Infinity, slot) ?? [] };
  });
  const by = readers.map((_, k) => nodes.length + k);
  return { nodes: [...own, ...openings], forms, conditions, producer: [...producer, ...by] };
}
