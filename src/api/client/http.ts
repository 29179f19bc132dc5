/**
 * Calls to a service: each ends within its limit, answers are checked with the schemas of the API, and what the service
 * says is wrong becomes an `EspalierError` with the code of the problem.
 */
import type { z } from 'zod';
import { formatIssues } from '../../document/issue.js';
import { EspalierError } from '../../value/espalier-error.js';
import { quote } from '../../value/quote.js';
import { Health } from '../health.js';
import { Problem, PROBLEM_TYPE } from '../problem.js';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly signal?: AbortSignal;
  /** Until the whole answer is there, in milliseconds. */
  readonly limit?: number;
}

export interface Answer<T> {
  readonly status: number;
  readonly value: T;
}

const CALL_LIMIT = 10_000;
const PASSING: ReadonlySet<number> = new Set([502, 503, 504]);

export class Http {
  /** Without a slash at its end. */
  readonly url: string;

  /** Throws `invalid_url` unless it is that of a service: `http://host:port`, with a path if it lies below one. */
  constructor(url: string) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    const isPlain = parsed && !parsed.username && !parsed.password && !parsed.search && !parsed.hash;
    if (!isPlain || !/^https?:$/.test(parsed.protocol)) {
      // Not quoted: a password may be in it.
      throw new EspalierError('invalid_url', 'the address is no URL of a service; expected http://host:port');
    }
    this.url = parsed.href.replace(/\/+$/, '');
  }

  /** The JSON of an answer, as it came, when it fits the schema. */
  async json<S extends z.ZodType>(schema: S, path: string, call: Call = {}): Promise<Answer<z.output<S>>> {
    return this.answer(path, call, async response => parseAnswer(schema, await response.text()));
  }

  /** A request whose answer says nothing but that it was taken. */
  async send(path: string, call: Call): Promise<void> {
    await this.answer(path, call, response => response.text());
  }

  /** What probes are told, also when that is bad news. */
  async health(path: string): Promise<Health> {
    const response = await this.fetch(path, { signal: AbortSignal.timeout(CALL_LIMIT) }).catch((error: unknown) => {
      throw this.translated(error, undefined);
    });
    return parseAnswer(Health, await response.text());
  }

  async bytes(path: string, call: Call = {}): Promise<Uint8Array> {
    const { value } = await this.answer(path, call, async response => new Uint8Array(await response.arrayBuffer()));
    return value;
  }

  /** An answer whose body comes bit by bit; only its beginning has a limit. */
  async open(path: string, call: Call): Promise<Response> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('no answer in time')), call.limit ?? CALL_LIMIT);
    const signals = [late.signal, ...(call.signal ? [call.signal] : [])];
    try {
      const response = await this.fetch(path, { ...call, signal: AbortSignal.any(signals) });
      if (response.ok) return response;
      throw await this.problem(response);
    } catch (error) {
      throw this.translated(error, call.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  private async answer<T>(path: string, call: Call, read: (response: Response) => Promise<T>): Promise<Answer<T>> {
    const signals = [AbortSignal.timeout(call.limit ?? CALL_LIMIT), ...(call.signal ? [call.signal] : [])];
    try {
      const response = await this.fetch(path, { ...call, signal: AbortSignal.any(signals) });
      if (!response.ok) throw await this.problem(response);
      return { status: response.status, value: await read(response) };
    } catch (error) {
      throw this.translated(error, call.signal);
    }
  }

  private fetch(path: string, { method = 'GET', headers, body, query = {}, signal }: Call): Promise<Response> {
    const url = new URL(`${this.url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }

  private async problem(response: Response): Promise<EspalierError> {
    const text = await response.text();
    const problem = problemIn(text);
    if (problem) return new EspalierError(problem.type.slice(PROBLEM_TYPE.length), messageOf(problem));
    const what = `${response.status} ${response.statusText}: ${quote(text, 80)}`;
    // What stands in front of a service says so when that is away.
    if (PASSING.has(response.status)) return this.notReachable(what);
    return new EspalierError('invalid_answer', `what answers at ${this.url} is no Espalier service (${what})`);
  }

  private translated(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted || error instanceof EspalierError) return error;
    return this.notReachable(reasonOf(error), error);
  }

  private notReachable(why: string, cause?: unknown): EspalierError {
    const start = 'start one with: espalier dev, or espalier serve';
    return new EspalierError('not_reachable', `no Espalier service answers at ${this.url} (${why}); ${start}`, {
      cause,
    });
  }
}

/** As it was sent, and not as the schema would write it: the order of its keys stays. Throws `invalid_answer`. */
export function parseAnswer<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const value = parseJson(text);
  const { error } = schema.safeParse(value);
  if (!error) return value as z.output<S>;
  const message = `an answer is not one of this version of Espalier: ${error.issues[0]?.message}, got ${quote(text, 80)}`;
  throw new EspalierError('invalid_answer', message, { cause: error });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemIn(text: string): Problem | undefined {
  const problem = Problem.safeParse(parseJson(text)).data;
  return problem?.type.startsWith(PROBLEM_TYPE) ? problem : undefined;
}

/** With every issue, once. */
function messageOf({ detail, errors }: Problem): string {
  if (errors.every(({ message }) => detail.includes(message))) return detail;
  const issues = errors.map(({ line, column, ...issue }) => ({
    ...issue,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  }));
  return `${detail.split('\n')[0]}\n${formatIssues(issues).replace(/^/gm, '  ')}`;
}

/** What `fetch` fails with says why only in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code ?? (cause instanceof Error && cause.message ? cause.message : error.message);
}
