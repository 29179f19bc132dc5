/** Registered graphs as data: what requests and answers look like. */
import { z } from 'zod';
import { GraphId, Hash, once, Time } from './fields.js';

/** In headers. */
export const User = z
  .string({ error: once })
  .regex(/^[ -~]{1,100}$/, 'expected 1 to 100 printable ASCII characters')
  .default('unknown')
  .describe('who makes the change, for the list of changes');

export const GraphVersion = z
  .object({
    id: z.string(),
    hash: Hash.describe('SHA-256 of the document in canonical JSON'),
    version: z.int().min(1).describe('1, 2, …: in the order of registration'),
    title: z.string().exactOptional(),
    plan: Hash.describe('hash of the compiled plan'),
    createdAt: Time,
    createdBy: z.string(),
  })
  .meta({ id: 'GraphVersion' });
/** A graph in its stored form (docs/documents.md). What is wrong with one is said by reading and compiling it. */
export const GraphDocument = z
  .looseObject({ id: GraphId })
  .meta({ id: 'GraphDocument', description: 'a graph in its stored form' });
export const GraphEntry = GraphVersion.extend({ document: GraphDocument }).meta({ id: 'GraphEntry' });
export const GraphPage = z
  .object({ graphs: z.array(GraphVersion), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphPage' });
export const GraphVersionPage = z
  .object({ versions: z.array(GraphVersion), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphVersionPage' });
const GraphChange = z
  .object({
    seq: z.int().min(1),
    at: Time,
    by: z.string(),
    graph: z.string(),
    from: Hash.exactOptional().describe('what the name pointed to before'),
    to: Hash,
  })
  .meta({ id: 'GraphChange' });
export const GraphChangePage = z
  .object({ changes: z.array(GraphChange), cursor: z.string().exactOptional() })
  .meta({ id: 'GraphChangePage' });

export const GraphQuery = z.strictObject({
  hash: Hash.exactOptional().describe('a version; without it the current one'),
});
