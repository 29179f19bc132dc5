import type { GraphChange, GraphVersion } from './graph-registry.js';
import { originalText } from './stored-text.js';
import type { ChangeRow, VersionRow } from './tables.js';

/** All of a version but its document, which may be large. */
export const VERSION_COLUMNS = [
  'graph_versions.graph',
  'graph_versions.version',
  'graph_versions.hash',
  'graph_versions.title',
  'graph_versions.plan',
  'graph_versions.created_at',
  'graph_versions.created_by',
] as const;

export const versionOf = (row: Omit<VersionRow, 'document'>): GraphVersion => ({
  id: originalText(row.graph),
  hash: row.hash,
  version: row.version,
  ...(row.title !== null && { title: originalText(row.title) }),
  plan: row.plan,
  createdAt: row.created_at,
  createdBy: originalText(row.created_by),
});

export const changeOf = (row: ChangeRow): GraphChange => ({
  seq: row.seq,
  at: row.at,
  by: originalText(row.by),
  graph: originalText(row.graph),
  ...(row.from_hash !== null && { from: row.from_hash }),
  to: row.to_hash,
});
