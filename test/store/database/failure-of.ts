/** What the work fails with; undefined when it does not fail. Waits for it also while the test goes on. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
