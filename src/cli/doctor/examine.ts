/** `espalier doctor`: looks at what is needed, and changes nothing. */
import type { DoctorOptions } from '../commands/doctor.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { serviceOf } from '../server-choice.js';
import { tableText } from '../table.js';
import type { Terminal } from '../terminal.js';
import { checkDatabase } from './check-database.js';
import { checkBinary, checkNode, checkSettings, checkVersions } from './check-machine.js';
import { checkServer } from './check-server.js';
import { checkService } from './check-service.js';
import type { Finding } from './finding.js';

export async function examine(options: DoctorOptions, terminal: Terminal): Promise<ExitCode> {
  const findings = [checkNode(), checkVersions(), checkSettings(options)];
  if (findings.every(({ status }) => status === 'ok')) {
    // Behind a service nothing of this machine's own is used.
    if (serviceOf(options) === undefined) {
      findings.push(await checkBinary(), ...(await checkServer(options)), await checkDatabase(options));
    }
    findings.push(...(await checkService(options)));
  }
  report(findings, options, terminal);
  return findings.find(({ status }) => status === 'fail')?.exit ?? (findings.some(isFailure) ? EXIT.usage : EXIT.ok);
}

const isFailure = ({ status }: Finding): boolean => status === 'fail';

function report(findings: readonly Finding[], { output }: DoctorOptions, terminal: Terminal): void {
  const plain = findings.map(({ exit: _, ...rest }) => rest);
  if (output === 'json') return terminal.print(JSON.stringify(plain, null, 2));
  if (output === 'jsonl') return plain.forEach(finding => terminal.print(JSON.stringify(finding)));
  const rows = findings.flatMap(({ status, check, message, mend }) => [
    [status, check, message],
    ...(mend === undefined ? [] : [['', '', `→ ${mend}`]]),
  ]);
  terminal.print(tableText(rows));
}
