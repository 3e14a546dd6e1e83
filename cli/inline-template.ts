import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { TaskpodError } from '../shared/errors.ts';
import { isRecord } from '../shared/task/raw.ts';
import { hasTemplate } from '../shared/template/template.ts';
import { readYaml } from '../shared/yaml.ts';

/**
 * inlineTemplate puts the content of `pod_template_file` into a task as its `pod_template_dict`, if there is such a file on this machine;
 * a path that is none is one of the bucket, and the task stays as it is. The content is not rendered, as in Airflow, so what looks like a
 * template in it is quoted. Throws `bad_usage` for a file that is not YAML.
 */
export async function inlineTemplate(task: unknown, folder: string): Promise<unknown> {
  if (!isRecord(task)) return task;
  const { pod_template_file: path, ...rest } = task;
  if (typeof path !== 'string' || hasTemplate(path)) return task;
  const text = await readIfThere(resolve(folder, path));
  if (text === undefined) return task;
  const read = readYaml(text);
  if (!read.ok) {
    throw new TaskpodError('bad_usage', `pod_template_file: ${path} ${read.message}`, {
      action: 'Mend the file: it must hold one Pod, as YAML or JSON.',
    });
  }
  return { ...rest, pod_template_dict: quoted(read.value ?? {}) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new TaskpodError('bad_usage', `pod_template_file: ${path} cannot be read`, {
      action: 'Make it readable, or name a file of the bucket.',
      cause: error,
    });
  }
}

/** Writes every text that would be rendered as a Jinja text of the same content. */
function quoted(value: unknown): unknown {
  if (typeof value === 'string') return hasTemplate(value) ? `{{ ${JSON.stringify(value)} }}` : value;
  if (Array.isArray(value)) return value.map(quoted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, quoted(item)]));
}
