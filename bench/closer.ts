/** What has to be stopped or removed at the end, the latest first. */
export class Closer {
  private readonly steps: (() => Promise<void>)[] = [];
  private closing: Promise<void> | undefined;

  get isClosing(): boolean {
    return this.closing !== undefined;
  }

  /** What comes while all is being closed is closed at once. */
  add(step: () => Promise<void>): void {
    if (this.isClosing) void quietly(step);
    else this.steps.push(step);
  }

  /** Goes on after a step that fails. May be called any number of times. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    for (const step of this.steps.toReversed()) await quietly(step);
  }
}

async function quietly(step: () => Promise<void>): Promise<void> {
  await step().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
