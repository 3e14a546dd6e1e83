import { dirname, extname, resolve } from 'node:path';
import { TaskpodError } from '../shared/errors.ts';
import { readYaml } from '../shared/yaml.ts';
import type { Context } from './context.ts';
import { inlineTemplate } from './inline-template.ts';
import { readInput, utf8 } from './read-input.ts';
import { applySettings, type Setting } from './set-values.ts';

const wanted = 'a JSON or YAML file';

/**
 * readTask reads a task from a JSON or YAML file, or the standard input when it is `-`, and puts the settings into it. A Pod template
 * that is a file of this machine (its path counts from the task's folder) is put in, since the functions cannot read it. Gives JSON; the
 * very bytes of a JSON file where nothing is put in. Throws `bad_usage`.
 */
export async function readTask(
  file: string,
  settings: readonly Setting[],
  context: Context,
): Promise<Buffer> {
  const data = await readInput(file, wanted, context);
  const { value, isJson } = readDocument(file, data);
  // Not JSON: the check says so, and where.
  if (value === undefined) return data;
  const set = settings.length === 0 ? value : applySettings(value, settings);
  const folder = file === '-' ? context.cwd : dirname(resolve(context.cwd, file));
  const task = await inlineTemplate(set, folder);
  return isJson && task === value ? data : Buffer.from(JSON.stringify(task));
}

/** What a file holds; nothing when it is JSON that cannot be read. */
function readDocument(file: string, data: Buffer): { value: unknown; isJson: boolean } {
  const isYaml = /^\.ya?ml$/i.test(extname(file));
  if (!isYaml) {
    try {
      return { value: JSON.parse(data.toString('utf8')), isJson: true };
    } catch {
      if (file !== '-' || /^\s*[[{]/.test(data.toString('utf8'))) return { value: undefined, isJson: true };
    }
  }
  const what = file === '-' ? 'the standard input' : file;
  const read = readYaml(utf8(data, what));
  if (read.ok) return { value: read.value ?? null, isJson: false };
  throw new TaskpodError('bad_usage', `${what} ${read.message}`, {
    action: `Give ${wanted} with one task.`,
  });
}
