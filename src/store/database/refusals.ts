import type { Selectable } from 'kysely';
import { originalText, storedText } from './stored-text.js';
import type { Connection, RefusedRow } from './tables.js';

/** An intervention that was refused, without its value, which may be secret; times in milliseconds. */
export interface Refusal {
  /** The run it was for; of a start, if an id was chosen. */
  readonly run?: string;
  /** The graph that was to be started. */
  readonly graph?: string;
  readonly refusedAt: number;
  /** None if it had none yet. */
  readonly id?: string;
  /** Its address. */
  readonly at: string;
  readonly kind: string;
  readonly by?: string;
  readonly reason?: string;
  readonly code: string;
  readonly message: string;
}

/** Who wanted to change what and was not allowed to. Every function throws what those of `GraphRegistry` do. */
export interface Refusals {
  /** Keeps all of them, or none. */
  add(refusals: readonly Refusal[]): Promise<void>;
  /** The latest first. */
  of(run: string, options: { readonly limit: number }): Promise<readonly Refusal[]>;
}

/** Rows of one statement: databases bound the number of its parameters. */
const MOST_AT_ONCE = 500;

export function createRefusals(connection: Connection): Refusals {
  return {
    add: refusals =>
      connection.attempt(db =>
        db.transaction().execute(async trx => {
          for (let from = 0; from < refusals.length; from += MOST_AT_ONCE) {
            const rows = refusals.slice(from, from + MOST_AT_ONCE).map(rowOf);
            await trx.insertInto('refused_interventions').values(rows).execute();
          }
        }),
      ),

    async of(run, { limit }) {
      const rows = await connection.attempt(db =>
        db
          .selectFrom('refused_interventions')
          .selectAll()
          .where('run', '=', storedText(run))
          .orderBy('seq', 'desc')
          .limit(limit)
          .execute(),
      );
      return rows.map(refusalOf);
    },
  };
}

const rowOf = ({ run, graph, refusedAt, id, at, kind, by, reason, code, message }: Refusal) => ({
  run: textOrNull(run),
  graph: textOrNull(graph),
  refused_at: refusedAt,
  id: textOrNull(id),
  kind: storedText(kind),
  address: storedText(at),
  by: textOrNull(by),
  reason: textOrNull(reason),
  code,
  message: storedText(message),
});

const textOrNull = (text: string | undefined): string | null => (text === undefined ? null : storedText(text));

const refusalOf = (row: Selectable<RefusedRow>): Refusal => ({
  ...(row.run !== null && { run: originalText(row.run) }),
  ...(row.graph !== null && { graph: originalText(row.graph) }),
  refusedAt: row.refused_at,
  ...(row.id !== null && { id: originalText(row.id) }),
  at: originalText(row.address),
  kind: originalText(row.kind),
  ...(row.by !== null && { by: originalText(row.by) }),
  ...(row.reason !== null && { reason: originalText(row.reason) }),
  code: row.code,
  message: originalText(row.message),
});
