import { RunFailedError } from '../run/run-failed-error.js';
import { EspalierError } from '../value/espalier-error.js';

/** What the process ends with. The table in the documents is this one. */
export const EXIT = {
  ok: 0,
  runFailed: 1,
  usage: 2,
  notFound: 3,
  notAuthenticated: 4,
  notReachable: 5,
  timedOut: 124,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** By the code of an error. What is not here was wrong before anything happened: `usage`. */
const BY_CODE: Readonly<Record<string, ExitCode>> = {
  not_found: EXIT.notFound,
  unknown_namespace: EXIT.notFound,
  not_reachable: EXIT.notReachable,
  server_binary: EXIT.notReachable,
  server_start: EXIT.notReachable,
  server_gone: EXIT.notReachable,
  service_start: EXIT.notReachable,
  invalid_answer: EXIT.notReachable,
  database_unavailable: EXIT.notReachable,
  database_busy: EXIT.notReachable,
  database_full: EXIT.notReachable,
  store_unavailable: EXIT.notReachable,
  store_not_found: EXIT.notReachable,
  store_denied: EXIT.notReachable,
  store_full: EXIT.notReachable,
  unauthorized: EXIT.notAuthenticated,
  internal: EXIT.runFailed,
  fold_mismatch: EXIT.runFailed,
  corrupt_blob: EXIT.runFailed,
  missing_blob: EXIT.runFailed,
  hydration_failed: EXIT.runFailed,
  invalid_value: EXIT.runFailed,
  intervention_failed: EXIT.runFailed,
  run_finished: EXIT.runFailed,
  already_used: EXIT.runFailed,
  not_held: EXIT.runFailed,
  too_late: EXIT.runFailed,
};

export function exitCodeOf(error: unknown): ExitCode {
  // Its code is the step's own and says nothing about us.
  if (error instanceof RunFailedError) return isRunDeadline(error) ? EXIT.timedOut : EXIT.runFailed;
  if (isRefused(error)) return EXIT.notAuthenticated;
  if (error instanceof EspalierError) return BY_CODE[error.code] ?? EXIT.usage;
  return EXIT.runFailed;
}

const isRunDeadline = ({ code, address }: RunFailedError): boolean => code === 'deadline' && address === undefined;

// Numbers of gRPC: the package that names them belongs to the SDK, not to us.
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** Whether the server knows us not, or not well enough: said by a gRPC error somewhere among the causes. */
function isRefused(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && (at.code === UNAUTHENTICATED || at.code === PERMISSION_DENIED)) return true;
  }
  return false;
}
