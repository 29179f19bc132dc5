import type { ExitCode } from '../exit-codes.js';

/** What was found of one thing. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** How to mend it. */
  readonly mend?: string;
  /** What a failure of this ends with; default `usage`. */
  readonly exit?: ExitCode;
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });

export const warning = (check: string, message: string, mend: string): Finding => ({
  check,
  status: 'warn',
  message,
  mend,
});

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
