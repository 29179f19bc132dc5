import type * as S3 from '@aws-sdk/client-s3';
import type * as Storage from '@aws-sdk/lib-storage';
import { EspalierError } from '../value/espalier-error.js';
import type { S3Target } from './blob-target.js';

/** A bucket, and what is needed to talk to it. */
export interface S3Bucket {
  readonly Bucket: string;
  readonly client: S3.S3Client;
  readonly sdk: typeof S3;
  readonly Upload: typeof Storage.Upload;
}

/** Without limits a server that swallows packets would hold a call for ever. */
const CONNECT_MS = 5_000;
const SILENCE_MS = 60_000;

/**
 * Nothing is asked of the bucket yet. Credentials are found as the AWS SDK finds them, and the region too unless the target
 * has one. Throws `missing_package` without the SDK, `invalid_store` without a region.
 */
export async function openS3Bucket({ bucket, endpoint, region, pathStyle }: S3Target): Promise<S3Bucket> {
  const { sdk, Upload } = await loadSdk();
  const client = new sdk.S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    forcePathStyle: pathStyle,
    // Blobs have digests of their own; servers other than Amazon's often know nothing of these checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: SILENCE_MS,
      throwOnRequestTimeout: true,
      socketTimeout: SILENCE_MS,
    },
  });
  await client.config.region().catch((cause: unknown) => {
    const message = `s3://${bucket}: no region; add ?region=… to the target, or set AWS_REGION`;
    throw new EspalierError('invalid_store', message, { cause });
  });
  return { Bucket: bucket, client, sdk, Upload };
}

async function loadSdk(): Promise<Pick<S3Bucket, 'sdk' | 'Upload'>> {
  try {
    const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
    return { sdk, Upload };
  } catch (cause) {
    const message = 'blobs in S3 need two more packages: npm install @aws-sdk/client-s3@3 @aws-sdk/lib-storage@3';
    throw new EspalierError('missing_package', message, { cause });
  }
}
