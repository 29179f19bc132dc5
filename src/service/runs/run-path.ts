/** Where a run is seen. */
export const runPath = (id: string): string => `/api/v1/runs/${encodeURIComponent(id)}`;
