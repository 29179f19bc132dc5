/** Metrics in the text format of Prometheus. */
export type MetricsSource = () => Promise<string>;

/** In milliseconds. */
const LIMIT = 1_000;

/** What the Temporal SDK of this process tells at the `metricsAddress` that its workers were made with. */
export function sdkMetrics(address: string): MetricsSource {
  return async () => {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(LIMIT) });
    if (!response.ok) throw new Error(`http://${address}/metrics answered ${response.status}`);
    return response.text();
  };
}
