import { userInfo } from 'node:os';

/** Who makes a change; may go in a header, so plain characters only. */
export function userName(): string {
  try {
    return (
      userInfo()
        .username.replaceAll(/[^ -~]/g, '?')
        .slice(0, 100) || 'unknown'
    );
  } catch {
    // A container may have users without a name.
    return 'unknown';
  }
}
