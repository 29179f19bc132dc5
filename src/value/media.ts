/**
 * What a leaf that is no JSON says of its content: a media type, with `; charset=utf-8` where it is text and without where it
 * is bytes. Either has a JSON side: text is itself, bytes are their base64.
 */
const TYPE = /^[\w!#$&^.+-]{1,80}\/[\w!#$&^.+-]{1,80}$/;
const CHARSET = '; charset=utf-8';

/** Whether it is a type and a subtype (`image/png`), without parameters. */
export const isMediaType = (value: unknown): value is string => typeof value === 'string' && TYPE.test(value);

/** The media of text of a type: `text/csv; charset=utf-8`. */
export const textMedia = (type: string): string => type + CHARSET;

export const isTextMedia = (media: string): boolean => media.endsWith(CHARSET);

/** Without the charset: `text/csv`. */
export const typeOfMedia = (media: string): string => (isTextMedia(media) ? media.slice(0, -CHARSET.length) : media);

export const isMedia = (value: unknown): value is string =>
  typeof value === 'string' && isMediaType(typeOfMedia(value));

/** How the content becomes its JSON side and back, as Node calls it. */
export const encodingOf = (media: string): 'utf8' | 'base64' => (isTextMedia(media) ? 'utf8' : 'base64');
