/** The most levels of graphs within graphs. */
export const MAX_NESTING = 256;

/** The most nodes a graph may come to once its nested graphs are put in: ten lines of document can say 2^40. */
export const MAX_NODES = 1_000_000;
