/** Freezes plain JSON of our own, down to what is frozen already; gives it back. */
export function deepFreeze<T>(json: T): T {
  if (typeof json !== 'object' || json === null || Object.isFrozen(json)) return json;
  Object.freeze(json);
  for (const part of Object.values(json)) deepFreeze(part);
  return json;
}
