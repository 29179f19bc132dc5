/** The most bytes of a body. A graph of 10,000 nodes has about 2 MB. */
export const BODY_LIMIT = 8 * 1024 * 1024;
