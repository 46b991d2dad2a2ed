/** One call of the Docker Engine API; its answer as parsed JSON, or as bytes where it is none. */
export interface EngineRequest {
  /** For errors, as it reads after "refused to". */
  what: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the API's root, without a query. */
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: object;
}

/** Rejects with a LabError in the engine's own words; null is a 404. */
export type SendRequest = (request: EngineRequest, signal: AbortSignal) => Promise<unknown>;
