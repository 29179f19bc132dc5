/**
 * Ends the application the way anybody else would: with the signal that its shutdown hooks wait for. Whatever they make of
 * it, the process ends as failed.
 */
export function closeApplication(): void {
  process.once('exit', () => (process.exitCode ||= 1));
  process.kill(process.pid, 'SIGTERM');
}
