import type { Problem } from '../../errors.ts';
import { pathPart } from '../json.ts';
import {
  dnsLabel,
  dnsSubdomain,
  envName,
  imageReference,
  labelKey,
  labelValue,
  type TextRule,
  textProblems,
} from '../name-rules.ts';
import { isRecord, objectsIn } from '../raw.ts';

/** Keys below this prefix are the project's own. */
const ownPrefix = 'taskpod.dev/';

/** What Kubernetes says of texts that are names. */
const textRules: Record<string, TextRule> = {
  namespace: dnsLabel,
  service_account_name: dnsSubdomain,
  image: imageReference,
  base_container_name: dnsLabel,
  hostname: dnsLabel,
  subdomain: dnsLabel,
  priority_class_name: dnsSubdomain,
  runtime_class_name: dnsSubdomain,
  schedulername: dnsSubdomain,
};

/** metadataProblems checks each name of a task with Kubernetes' own rules: names, image, labels, annotations. */
export function metadataProblems(task: Record<string, unknown>): Problem[] {
  return [
    ...Object.entries(textRules).flatMap(([name, rule]) => textProblems(task[name], name, rule)),
    ...keyedProblems(task.labels, 'labels', labelValue),
    ...keyedProblems(task.annotations, 'annotations', () => undefined),
    ...keyedProblems(task.node_selector, 'node_selector', labelValue),
    ...listedProblems(task.configmaps, 'configmaps', dnsSubdomain),
    ...objectsIn(task.secrets, 'secrets').flatMap(({ path, value }) => [
      ...textProblems(value.secret, `${path}.secret`, dnsSubdomain),
      ...(value.deploy_type === 'env'
        ? textProblems(value.deploy_target, `${path}.deploy_target`, envName)
        : []),
    ]),
  ];
}

/** namespaceProblems refuses a namespace that is not one of the deployment's. */
export function namespaceProblems(
  task: Record<string, unknown>,
  namespaces: readonly string[] | undefined,
): Problem[] {
  const { namespace } = task;
  if (namespaces === undefined || typeof namespace !== 'string' || dnsLabel(namespace) !== undefined)
    return [];
  if (namespaces.includes(namespace)) return [];
  const message = `is not a namespace of this deployment: use one of ${namespaces.join(', ')}, or have it added to TASKPOD_NAMESPACES`;
  return [{ path: 'namespace', message }];
}

function keyedProblems(value: unknown, path: string, rule: TextRule): Problem[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, text]) => {
    const at = `${path}.${pathPart(key)}`;
    if (key.startsWith(ownPrefix))
      return [{ path: at, message: "is a key of Taskpod's own: use another prefix" }];
    return [...textProblems(key, at, labelKey), ...textProblems(text, at, rule)];
  });
}

function listedProblems(value: unknown, path: string, rule: TextRule): Problem[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((text: unknown, index) => textProblems(text, `${path}.${index}`, rule));
}
