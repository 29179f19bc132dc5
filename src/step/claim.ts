import type { StepCache } from '../store/step-cache.js';

/** How long a claim lasts without being renewed: a process that died holds others up for so long, in milliseconds. */
const LASTS = 5000;
const RENEWED_EVERY = 1000;

/** The right to compute a key, among all processes; renewed by itself while it is held. */
export class Claim {
  private readonly holder = crypto.randomUUID();
  private renewing: NodeJS.Timeout | undefined;
  private released = false;

  constructor(
    private readonly cache: StepCache,
    private readonly key: string,
  ) {}

  /** False while another one holds it. */
  async take(): Promise<boolean> {
    const taken = await this.cache.claim(this.key, this.holder, LASTS);
    if (!taken) return false;
    this.renewing ??= setInterval(
      () => void this.cache.claim(this.key, this.holder, LASTS).catch(() => {}),
      RENEWED_EVERY,
    );
    // The answer may have come when nobody waited for it any more.
    if (this.released) await this.release();
    return true;
  }

  /** For good. One that can't be released runs out. */
  async release(): Promise<void> {
    this.released = true;
    if (this.renewing === undefined) return;
    clearInterval(this.renewing);
    this.renewing = undefined;
    await this.cache.release(this.key, this.holder).catch(() => {});
  }
}
