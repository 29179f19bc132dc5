/** A step that does all it can to tell its secret. */
import { z } from 'zod';
import { graph } from '../../src/graph/graph.js';
import { step } from '../../src/graph/step.js';
import type { CtxOf } from '../../src/step/ctx.js';
import { impl } from '../../src/step/impl.js';
import { StepError } from '../../src/step/step-error.js';
import { digestOf } from '../../src/value/digest.js';

const HOWS = [
  'use',
  'throw',
  'refuse',
  'throwText',
  'output',
  'encodedOutput',
  'hiddenOutput',
  'wrongOutput',
  'noObject',
] as const;
export type How = (typeof HOWS)[number];

/** What its code side has in it is no property of it. */
const Url = z.codec(z.url(), z.instanceof(URL), { decode: text => new URL(text), encode: url => url.href });

export const leaky = step({
  id: 'leaky',
  in: { how: z.enum(HOWS) },
  out: { digest: z.string(), more: z.object({ list: z.array(z.string()) }).optional(), url: Url.optional() },
  context: {
    apiKey: z.string(),
    login: z.object({ user: z.string(), password: z.string() }).optional(),
    region: z.string().default('everywhere'),
  },
  retry: { attempts: 2, initial: 10 },
});

type Context = CtxOf<typeof leaky>['context'];

export const leak = impl(leaky, ({ how }, ctx) => {
  const { context } = ctx;
  const { apiKey } = context;
  ctx.log.info(`using ${apiKey}`, { context, encoded: base64(apiKey), error: errorOf(context) });
  // What JavaScript may do.
  ctx.progress(apiKey as unknown as number, 2);
  return given(how, context) as { digest: string };
});

function given(how: How, context: Context): unknown {
  const { apiKey } = context;
  switch (how) {
    case 'use':
      return { digest: digestOf([apiKey, context.region, context.login ?? null]) };
    case 'throw':
      throw errorOf(context);
    case 'refuse':
      throw new StepError(`no ${apiKey}`, `refused ${apiKey}`, { details: { [apiKey]: [encodeURIComponent(apiKey)] } });
    case 'throwText':
      // oxlint-disable-next-line no-throw-literal, only-throw-error -- steps do
      throw `text with ${apiKey}`;
    case 'output':
      return { digest: 'x', more: { list: ['a', `https://x.example/?key=${encodeURIComponent(apiKey)}`] } };
    case 'encodedOutput':
      return { digest: base64(`me:${apiKey}`) };
    case 'hiddenOutput':
      return { digest: 'x', url: new URL(`https://x.example/?key=${encodeURIComponent(apiKey)}`) };
    case 'wrongOutput':
      return { digest: { not: `a text, but ${apiKey.repeat(5)}` } };
    case 'noObject':
      return apiKey;
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Long: whoever cuts it before it is scrubbed leaves half a secret. */
function errorOf({ apiKey, login }: Context): Error {
  const filling = 'x'.repeat(8192 - 20 - apiKey.length / 2);
  const cause = Object.assign(new Error(JSON.stringify({ apiKey })), {
    details: { authorization: base64(`me:${apiKey}`) },
  });
  const error = new Error(`no answer for ${filling}${apiKey}`, { cause });
  return Object.assign(error, { code: `E_${login?.password ?? ''}`, details: { headers: [apiKey, login] } });
}

export const leaks = graph({ id: 'leaks', in: { how: z.enum(HOWS) }, out: { digest: z.string() } }, (g, i) => {
  const inner = g.run(leaky, { how: i.how }, { as: 'tell' });
  return { out: { digest: inner.digest }, nodes: [inner] };
});
