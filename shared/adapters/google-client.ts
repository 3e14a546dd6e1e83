import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** How long an idle connection is kept for the next call; Google's front ends keep theirs longer. */
const idleConnectionMs = 60_000;

/** Which agent carries a request to a URL. */
export type AgentOf = (url: URL) => HttpAgent;

/**
 * keepAliveAgents makes agents that keep their connections between calls, so that a call costs one round trip, and
 * that honour HTTPS_PROXY and NO_PROXY. Idle connections do not keep a process alive. (undici would open a second
 * connection for a call that follows at once on the first: its pool learns one tick too late that a connection is free.)
 */
export function keepAliveAgents(): AgentOf {
  const options = { keepAlive: true, timeout: idleConnectionMs };
  // plain http is an emulator on this machine or beside it: nothing that a proxy knows
  const http = new HttpAgent(options);
  const https = new HttpsAgent({ ...options, proxyEnv: process.env });
  return url => (url.protocol === 'http:' ? http : https);
}
