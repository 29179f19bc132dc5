import { createServer, type AddressInfo } from 'node:net';

/** The interface everything embedded listens on: this machine only. */
export const LOOPBACK = '127.0.0.1';

/** Two different ports that are free now. Another program may be faster than who uses them: be ready to try again. */
export async function twoFreePorts(): Promise<readonly [number, number]> {
  const [one, other] = [createServer(), createServer()];
  try {
    // Both are open at the same time, or the system may give one port twice.
    return await Promise.all([listen(one, 0), listen(other, 0)]);
  } finally {
    one.close();
    other.close();
  }
}

/** Whether somebody listens on the port already. */
export async function isPortTaken(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port);
    return false;
  } catch {
    return true;
  } finally {
    server.close();
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}
