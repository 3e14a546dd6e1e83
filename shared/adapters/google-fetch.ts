import { EnvHttpProxyAgent, fetch, type RequestInfo, type RequestInit } from 'undici';

/** How long an idle connection is kept for the next call; Google's front ends keep theirs longer. */
const idleConnectionMs = 60_000;

/**
 * googleFetch makes a fetch that keeps its connections between calls, so that a call costs one round trip, and that
 * honours HTTPS_PROXY and NO_PROXY. Idle connections do not keep a process alive.
 */
export function googleFetch(): typeof globalThis.fetch {
  const dispatcher = new EnvHttpProxyAgent({ keepAliveTimeout: idleConnectionMs });
  const keeping = (input: RequestInfo, init?: RequestInit) => fetch(input, { ...init, dispatcher });
  // the same standard, declared once by undici and once by Node's types
  return keeping as unknown as typeof globalThis.fetch;
}
