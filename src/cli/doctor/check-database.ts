import { databaseFor } from '../../config/config.js';
import { examineDatabase } from '../../store/database/examine-database.js';
import { isPostgres } from '../../store/database/target.js';
import type { DoctorOptions } from '../commands/doctor.js';
import { exitCodeOf } from '../exit-codes.js';
import { dataDirOf } from '../server-choice.js';
import { countText } from '../words.js';
import { messageOf, ok, warning, type Finding } from './finding.js';

/** The database of the service: whether it opens, of which kind, migrated how far. Its URL is not shown: it has a password. */
export async function checkDatabase(options: DoctorOptions): Promise<Finding> {
  const target = databaseFor(dataDirOf(options));
  const name = isPostgres(target) ? 'PostgreSQL' : target;
  try {
    const state = await examineDatabase(target);
    if (!state) return ok('database', `${name} is not there yet: SQLite, made by the first that writes to it`);
    const { kind, done, missing } = state;
    const known = `${name}${kind === 'sqlite' ? ' (SQLite)' : ''}, ${countText(done.length, 'migration')} done`;
    if (missing.length === 0) return ok('database', `${known}, up to date`);
    const mend = 'nothing to do: the first service or `espalier dev` that opens it does them';
    return warning('database', `${known}, to do: ${missing.join(', ')}`, mend);
  } catch (error) {
    const mend =
      'let it be reachable, or correct --data or ESPALIER_DATABASE: a postgres:// URL, or a SQLite file that can be written';
    return { check: 'database', status: 'fail', message: messageOf(error), mend, exit: exitCodeOf(error) };
  }
}
