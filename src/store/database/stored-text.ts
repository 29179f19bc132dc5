/**
 * The text as the inside of a JSON string: what both databases give back as it was. PostgreSQL refuses a NUL, libsql cuts
 * the text there, and both change a lone surrogate.
 */
export const storedText = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The text that `storedText` was given. */
export const originalText = (stored: string): string => JSON.parse(`"${stored}"`) as string;
