import type { Context } from './context.ts';
import { readInput } from './read-input.ts';
import { applySettings, type Setting } from './set-values.ts';

/**
 * readTask reads a task from a file, or the standard input when it is `-`, and puts the settings into it. Without
 * settings the bytes stay as they are. Throws `bad_usage`.
 */
export async function readTask(
  file: string,
  settings: readonly Setting[],
  context: Context,
): Promise<Buffer> {
  const data = await readInput(file, 'a JSON file', context);
  if (settings.length === 0) return data;
  let document: unknown;
  try {
    document = JSON.parse(data.toString('utf8'));
  } catch {
    // Not JSON: the check says so, and where.
    return data;
  }
  return Buffer.from(JSON.stringify(applySettings(document, settings)));
}
