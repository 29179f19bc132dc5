import { Connection } from '@temporalio/client';

/** Whether a Temporal server answers at the address, within two seconds. */
export async function answers(address: string): Promise<boolean> {
  return ask(address, async () => {});
}

/** Whether it does and knows the namespace. */
export async function knowsNamespace(address: string, namespace: string): Promise<boolean> {
  return ask(address, async connection => {
    await connection.workflowService.describeNamespace({ namespace });
  });
}

async function ask(address: string, question: (connection: Connection) => Promise<void>): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    // Connecting asks for the server's system information.
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.withDeadline(Date.now() + 2_000, () => question(connection as Connection));
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}
