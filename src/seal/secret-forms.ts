/** Shorter texts are too common to be looked for. */
const LEAST = 4;
/** Of base64, whose parts may be part of something else. */
const LEAST_ENCODED = 6;
/** A line of a longer secret, such as a key in PEM, gives it away too. */
const LEAST_LINE = 16;

/** The texts that a secret may stand as: itself, and what JSON, URIs and base64 make of it. None if it is too short. */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < LEAST) return [];
  const lines = secret.split(/\r?\n/).filter(line => line.length >= LEAST_LINE);
  return [...new Set([secret, ...lines].flatMap(encoded))];
}

function encoded(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const escaped = inJson(text);
  const forms = [text, escaped, inJson(escaped), ...uriForms(bytes.toString())];
  return [...forms.filter(form => form.length >= LEAST), ...base64Forms(bytes)];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

function uriForms(text: string): readonly string[] {
  const uri = encodeURIComponent(text);
  const lower = uri.replaceAll(/%[0-9A-F]{2}/g, byte => byte.toLowerCase());
  return [uri, lower, uri.replaceAll('%20', '+'), encodeURI(text)];
}

/** By itself, and as part of something longer (`user:secret`), where it may begin at each of three places. */
function base64Forms(bytes: Buffer): readonly string[] {
  const whole = bytes.toString('base64').replaceAll('=', '');
  const parts = [0, 1, 2].map(offset => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    // Without the characters that also depend on what stands around it.
    return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  return [whole, ...parts]
    .filter(form => form.length >= LEAST_ENCODED)
    .flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
