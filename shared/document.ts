import type { z } from 'zod';
import { TaskpodError } from './errors.ts';

/**
 * parseDocument reads a stored or received JSON document through its schema. Throws `invalid_document` naming the
 * document and every problem in it.
 */
export function parseDocument<S extends z.ZodType>(schema: S, text: string, what: string): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TaskpodError('invalid_document', `${what} is not JSON`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);
  throw new TaskpodError('invalid_document', `${what} is not valid: ${problems.join('; ')}`);
}
