import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const entry = z.object({
  auditID: z.string(),
  requestURI: z.string(),
  verb: z.string(),
  userAgent: z.string().default(''),
  user: z.object({ username: z.string().default('') }),
  objectRef: z
    .object({
      resource: z.string().optional(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .default({}),
  responseStatus: z.object({ code: z.number() }).optional(),
  stage: z.string(),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
});

/** One call that the API server has answered. */
export interface AuditedCall {
  verb: string;
  userAgent: string;
  /** Who called, as the API server knows it. */
  username: string;
  /** `pods` or `pods/log`. */
  resource: string;
  name: string;
  /** Path and query. */
  uri: string;
  status: number;
  /** Milliseconds since the epoch. */
  beganMs: number;
  /** Infinity while it goes on, as a watch may. */
  endedMs: number;
}

/**
 * readAudit takes the calls about one namespace out of the API server's audit log, in the server's order. A watch or a
 * followed log is logged when it begins and again when it ends: it is one call.
 */
export async function readAudit(lab: string, namespace: string): Promise<AuditedCall[]> {
  const child = spawn(lab, ['audit'], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
  const ended = once(child, 'close');
  const calls = new Map<string, AuditedCall>();
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes(`"namespace":"${namespace}"`)) continue;
    const { auditID, requestURI, verb, userAgent, user, objectRef, responseStatus, ...times } = entry.parse(
      JSON.parse(line),
    );
    const { resource = '', subresource, name = '' } = objectRef;
    calls.set(auditID, {
      verb,
      userAgent,
      username: user.username,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      name,
      uri: requestURI,
      status: responseStatus?.code ?? 0,
      beganMs: Date.parse(times.requestReceivedTimestamp),
      endedMs:
        times.stage === 'ResponseStarted' ? Number.POSITIVE_INFINITY : Date.parse(times.stageTimestamp),
    });
  }
  await ended;
  return [...calls.values()];
}
