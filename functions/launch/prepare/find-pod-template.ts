import type { Problem } from '../../../shared/errors.ts';
import { readYaml } from '../../../shared/yaml.ts';
import type { TaskSources } from './task-sources.ts';

/** The content of a Pod template; undefined without one, and with problems. */
export interface FoundPodTemplate {
  template?: unknown;
  problems: Problem[];
}

const folder = 'config/pod_templates/';

/**
 * findPodTemplate reads the YAML or JSON file that a task names with `pod_template_file`; it is not rendered, as in Airflow. Throws
 * when the source does not answer.
 */
export async function findPodTemplate(
  given: unknown,
  sources: Pick<TaskSources, 'podTemplate'>,
  signal: AbortSignal,
): Promise<FoundPodTemplate> {
  // another type than text is the schema's matter
  if (typeof given !== 'string') return { problems: [] };
  const wrong = (message: string): FoundPodTemplate => ({
    problems: [{ path: 'pod_template_file', message }],
  });
  if (/^\/|^[a-z]+:\/\//.test(given)) {
    return wrong(`must be a path below ${folder} of the bucket, such as gpu.yaml: upload the file there`);
  }
  const found = await sources.podTemplate(given, signal);
  if (found.kind === 'broken') return wrong(`cannot be used: ${found.message}`);
  if (found.kind === 'missing') {
    return wrong(`names a file that does not exist: upload it to ${folder} in the bucket`);
  }
  const read = readYaml(found.value);
  return read.ok ? { template: read.value ?? {}, problems: [] } : wrong(`names a file that ${read.message}`);
}
