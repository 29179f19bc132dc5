import type { Manifest, PortSchema } from '../../src/document/document.js';

/** Steps that generated documents are made of. What they do is up to who runs them; their outputs fit their schemas. */
const NUMBER = { type: 'number' } as const;
const BOOLEAN = { type: 'boolean' } as const;
const NUMBERS = { type: 'array', items: NUMBER } as const;
/** Text that may be `null`, which is a value and not absent. */
const TEXT = { type: ['string', 'null'] } as const;

export type Kind = 'number' | 'boolean' | 'numbers' | 'text';
export const SCHEMAS: Readonly<Record<Kind, PortSchema>> = {
  number: NUMBER,
  boolean: BOOLEAN,
  numbers: NUMBERS,
  text: TEXT,
};
/** What takes anything is given numbers. */
export function kindOf({ type }: PortSchema): Kind {
  if (Array.isArray(type)) return 'text';
  if (type === 'array') return 'numbers';
  return type === 'boolean' ? 'boolean' : 'number';
}

export type Steps = Readonly<Record<string, Manifest>>;

export const KIT: Steps = {
  make: { out: { n: NUMBER } },
  add: { in: { a: NUMBER, b: { ...NUMBER, optional: true } }, out: { n: NUMBER }, pure: true, version: '2' },
  scale: {
    in: { n: NUMBER, by: { ...NUMBER, default: 2 } },
    out: { n: NUMBER },
    options: { factor: { ...NUMBER, default: 1 }, label: { type: 'string', optional: true } },
    retry: { attempts: 2 },
  },
  maybe: { in: { n: NUMBER }, out: { n: { ...NUMBER, optional: true }, ok: BOOLEAN } },
  test: { in: { n: NUMBER }, out: { yes: BOOLEAN, no: BOOLEAN }, timeout: '1m' },
  split: { in: { n: NUMBER }, out: { list: NUMBERS } },
  sum: { in: { list: { ...NUMBERS, default: [] } }, out: { n: NUMBER } },
};

/** Beyond what the worker of the live tests has. */
export const WIDE_KIT: Steps = {
  ...KIT,
  say: { in: { text: TEXT, also: { ...TEXT, default: null } }, out: { text: TEXT } },
};

/** Other steps by the same ids, for documents that bring their own. */
export const OTHERS: Steps = {
  add: { in: { a: { ...NUMBER, default: 6 }, b: NUMBER }, out: { n: NUMBER }, version: '3', retry: { attempts: 1 } },
  scale: {
    in: { n: { ...NUMBER, optional: true }, by: { ...NUMBER, default: 5 } },
    out: { n: NUMBER },
    options: { factor: { ...NUMBER, default: 3 }, label: { type: 'string', default: 'own' } },
  },
  sum: { in: { list: NUMBERS }, out: { n: { ...NUMBER, optional: true } }, deadline: '9s' },
};
