/** The longest `setTimeout` waits; beyond, Node fires at once. */
const LONGEST = 2 ** 31 - 1;

/** Calls back at a time, however far away. The function it returns forgets it. */
export function callAt(at: number, callback: () => void): () => void {
  let timeout: NodeJS.Timeout;
  const arm = (): void => {
    const left = at - Date.now();
    timeout = setTimeout(left > LONGEST ? arm : callback, Math.min(Math.max(0, left), LONGEST));
  };
  arm();
  return () => clearTimeout(timeout);
}
