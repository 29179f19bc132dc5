import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseJson } from '../document/parse-json.js';
import { BODY_LIMIT } from './problem/body-limit.js';
import { MEDIA_TYPES, mediaTypeProblem } from './problem/media-type-problem.js';
import { ProblemError } from './problem/problem-error.js';
import { issueOf } from './problem/problem-of.js';
import { YamlText } from './yaml-text.js';

const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];
const UTF8 = /^"?utf-?8"?$/i;

/** JSON is read as strictly as documents are, and arrives parsed; YAML arrives as text, for the one route that takes it. */
export function useBodyParsers(app: NestFastifyApplication): void {
  const options = { bodyLimit: BODY_LIMIT };
  app.getHttpAdapter().getInstance().removeAllContentTypeParsers();
  app.useBodyParser('application/json', options, (request, body, done) => {
    done(null, jsonOf(textOf(body, request.headers['content-type'])));
  });
  app.useBodyParser(YAML, options, (request, body, done) => {
    done(null, new YamlText(textOf(body, request.headers['content-type'])));
  });
  app.useBodyParser('*', options, (request, body, done) => {
    // A body without a byte is none, whatever it is called.
    if (body.length === 0) done(null, undefined);
    else throw mediaTypeProblem(`${MEDIA_TYPES}, got ${request.headers['content-type'] ?? 'none'}`);
  });
}

function jsonOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  const parsed = parseJson(text);
  if (parsed.ok) return parsed.value;
  throw new ProblemError(400, 'invalid_json', 'the body is no JSON that can be taken', parsed.issues.map(issueOf));
}

/** Bytes that are no UTF-8 are refused: nobody would find a replacement character in a value later. */
function textOf(body: Buffer, type = ''): string {
  const charset = /;\s*charset=([^;\s]*)/i.exec(type)?.[1];
  if (charset !== undefined && !UTF8.test(charset)) throw mediaTypeProblem(`expected charset utf-8, got ${charset}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ProblemError(400, 'invalid_encoding', 'the body is not UTF-8');
  }
}
