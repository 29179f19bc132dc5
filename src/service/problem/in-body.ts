import { InvalidInterventionError } from '../../step/invalid-intervention-error.js';

/** Where a body has a list of interventions, what is wrong with them points into the body. */
export async function inBody<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InvalidInterventionError)) throw error;
    const issues = error.issues.map(issue => ({ ...issue, path: `/interventions${issue.path}` }));
    throw new InvalidInterventionError(issues);
  }
}
