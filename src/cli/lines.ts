import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { EspalierError } from '../value/espalier-error.js';
import { hasCode } from '../value/has-code.js';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** The lines of a file, or of stdin (`-`), without empty ones. The signal ends them. Throws `not_found`, `invalid_file`. */
export async function* linesOf(source: string, signal: AbortSignal): AsyncGenerator<Line> {
  const stream = source === '-' ? process.stdin : createReadStream(source);
  const chunks: AsyncIterable<string> = addAbortSignal(signal, stream).setEncoding('utf8');
  let number = 0;
  let rest = '';
  try {
    for await (const chunk of chunks) {
      const texts = (rest + chunk).split('\n');
      rest = texts.pop() ?? '';
      for (const text of texts) {
        number += 1;
        if (text.trim() !== '') yield { number, text: withoutMark(text) };
      }
    }
  } catch (cause) {
    if (signal.aborted) return;
    if (hasCode(cause, 'ENOENT')) throw new EspalierError('not_found', `there is no file ${source}`, { cause });
    throw new EspalierError('invalid_file', `${source} can't be read: ${String(cause)}`, { cause });
  }
  if (rest.trim() !== '') yield { number: number + 1, text: withoutMark(rest) };
}

/** Without a byte order mark. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, '');
