import type { z } from 'zod';
import { ApiFailure } from './loopback-server.ts';

/** parseRequest reads a request's JSON through its schema; throws {@link ApiFailure} 400 with every problem. */
export function parseRequest<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ApiFailure(400, 'parseError', 'the request is not JSON');
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  throw new ApiFailure(400, 'invalid', problems.join('; '));
}
