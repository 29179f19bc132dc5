import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { EspalierError } from '../value/espalier-error.js';

export interface FolderTarget {
  readonly kind: 'folder';
  /** Absolute. */
  readonly dir: string;
}

export interface S3Target {
  readonly kind: 's3';
  readonly bucket: string;
  /** Empty, or ends in `/`. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  /** The bucket stands in the path, not in the host's name: most servers other than Amazon's want that. */
  readonly pathStyle: boolean;
}

const FORM = 'expected s3://BUCKET/PREFIX, with ?endpoint=http(s)://…, region=… and pathStyle=true where needed';

/** A folder, or `s3://bucket/prefix?endpoint=…&region=…&pathStyle=true`; throws `invalid_store` for what is neither. */
export function parseBlobTarget(target: string): FolderTarget | S3Target {
  const [, bucket, path = '', query = ''] = /^s3:\/\/([^/?]*)\/?([^?]*)\??(.*)$/.exec(target) ?? [];
  if (bucket === undefined) return folderOf(target);
  const prefix = path.replace(/\/+$/, '');
  const { endpoint, region, pathStyle = 'false', ...rest } = Object.fromEntries(new URLSearchParams(query));
  const isRight =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) &&
    /^([\w!.()'*-]+(\/[\w!.()'*-]+)*)?$/.test(prefix) &&
    !prefix.split('/').some(part => /^\.+$/.test(part)) &&
    (endpoint === undefined || isPlainUrl(endpoint)) &&
    region !== '' &&
    ['true', 'false'].includes(pathStyle) &&
    Object.keys(rest).length === 0;
  // Not the query, nor what stands before an @: people put passwords there.
  if (!isRight) {
    const shown = `s3://${bucket.replace(/.*@/, '…@')}/${path}`;
    throw new EspalierError('invalid_store', `${shown} can't be used as written; ${FORM}`);
  }
  return {
    kind: 's3',
    bucket,
    prefix: prefix && `${prefix}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    pathStyle: pathStyle === 'true',
  };
}

function folderOf(target: string): FolderTarget {
  if (target && !/^[a-z][a-z0-9+]+:\/\//i.test(target)) return { kind: 'folder', dir: resolve(target) };
  const scheme = target.slice(0, target.indexOf('://') + 3);
  throw new EspalierError('invalid_store', `${JSON.stringify(scheme)} is no store; ${FORM}, or the path of a folder`);
}

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

/** Names up to here stay readable; a file name may have 255 bytes. */
const LONGEST = 150;

/**
 * The name of the folder of a tenant: lower-case letters, digits, `_` and `-` stand for themselves, the bytes of all else
 * as `!` and two hexadecimal digits, so that two tenants differ even where case does not count. Long names end in `!!` and
 * their SHA-256. Throws `invalid_tenant` for what no namespace can be called.
 */
export function tenantFolder(tenant: string): string {
  if (tenant === '' || !isWellFormed(tenant)) {
    throw new EspalierError(
      'invalid_tenant',
      `${JSON.stringify(tenant)} is no tenant; expected the name of a namespace`,
    );
  }
  const name = tenant.replace(/[^a-z0-9_-]+/g, text => Buffer.from(text).toString('hex').replace(/../g, '!$&'));
  if (name.length <= LONGEST) return name;
  return `${name.slice(0, LONGEST / 2)}!!${createHash('sha256').update(tenant).digest('hex')}`;
}

/** Halves of characters become the same byte, whichever they are. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);
