/** What the workflow bundle exports: one interpreter for every graph, so that the workflow's type is the graph's id. */
// oxlint-disable-next-line import/no-unassigned-import -- it is there for what it does to the realm
import './freeze-intrinsics.js';

export { interpreter as default } from './interpreter.js';
