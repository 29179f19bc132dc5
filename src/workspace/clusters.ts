import type { Cluster, Document } from '../document/document.js';

/** Names of clusters by node id: `{ step3: 'red' }`. */
export type Clusters = Readonly<Record<string, string>>;

/** The document with each of these nodes in its cluster and in no other; a cluster that is there keeps queue and limit. */
export function labelled(document: Document, labels: Clusters): Document {
  if (Object.keys(labels).length === 0) return document;
  const clusters = new Map<string, Cluster & { readonly nodes: string[] }>();
  for (const [name, cluster] of Object.entries(document.clusters ?? {})) {
    clusters.set(name, { ...cluster, nodes: cluster.nodes.filter(id => !Object.hasOwn(labels, id)) });
  }
  for (const [id, name] of Object.entries(labels)) {
    const cluster = clusters.get(name) ?? { nodes: [] };
    cluster.nodes.push(id);
    clusters.set(name, cluster);
  }
  return { ...document, clusters: Object.fromEntries(clusters) };
}
