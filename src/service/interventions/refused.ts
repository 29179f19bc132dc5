/** What was refused of the interventions that were sent, in words that hold no value: values may be secret. */
import { RunFinishedError } from '../../client/requests.js';
import type { InterventionIssue } from '../../intervention/check.js';
import type { Intervention } from '../../intervention/intervention.js';
import { RefusedError } from '../../run/refused-error.js';
import { InvalidInterventionError } from '../../step/invalid-intervention-error.js';
import type { EspalierError } from '../../value/espalier-error.js';
import { isJsonObject } from '../../value/json.js';

export interface Refused {
  readonly intervention: Intervention;
  readonly code: string;
  readonly message: string;
}

/** Those of the list that the error is about; none if it is no refusal. */
export function refusedBy(error: unknown, list: readonly Intervention[]): readonly Refused[] {
  if (error instanceof InvalidInterventionError) return list.flatMap((one, k) => refusedAt(one, k, error.issues));
  const [intervention] = list;
  if (!intervention || !(error instanceof RefusedError || error instanceof RunFinishedError)) return [];
  const { code, message } = error;
  const path = pathOf(error);
  return [{ intervention, code, message: path === undefined ? message : withoutValues(path, message) }];
}

/** Where in the intervention a run has found what is wrong. */
export function pathOf(error: EspalierError): string | undefined {
  const details = error instanceof RefusedError ? error.details : undefined;
  return isJsonObject(details) && typeof details['path'] === 'string' ? details['path'] : undefined;
}

/** To be kept from doing it is something else than doing it wrong. */
export const codeOf = (issues: readonly InterventionIssue[]): string =>
  issues.every(({ code }) => code === 'forbidden') ? 'forbidden' : 'invalid_intervention';

/** Of a list the issues say which one is meant; where there is only one, they need not. */
function refusedAt(intervention: Intervention, index: number, all: readonly InterventionIssue[]): readonly Refused[] {
  const placed = all.map(issue => ({ issue, place: /^\/(\d+)(.*)$/.exec(issue.path) }));
  const own = placed.filter(({ place }) => Number(place?.[1] ?? 0) === index);
  if (own.length === 0) return [];
  const texts = own.map(({ issue, place }) => withoutValues(place?.[2] ?? issue.path, issue.message));
  return [{ intervention, code: codeOf(own.map(({ issue }) => issue)), message: [...new Set(texts)].join('; ') }];
}

/** Only what is said of these quotes nothing that a value holds. */
const FACTS = /^\/(?:at|kind|id|reason|by|onLate|shortCircuit)$/;

const withoutValues = (path: string, message: string): string =>
  FACTS.test(path) ? message : 'its value is not what the port takes';
