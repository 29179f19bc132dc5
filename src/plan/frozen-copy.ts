/**
 * A deep, frozen copy of plain JSON, so that neither a later change of the document reaches the plan nor freezing the plan
 * the document. Recursive: only for values that `checkJson` has bounded (1,000 levels).
 */
export function frozenCopy<T>(json: T): T {
  if (typeof json !== 'object' || json === null) return json;
  const copy = Array.isArray(json)
    ? json.map(frozenCopy)
    : Object.fromEntries(Object.entries(json).map(([key, part]) => [key, frozenCopy(part)]));
  // Rebuilt from its own parts, so it has the shape it had.
  return Object.freeze(copy) as T;
}
