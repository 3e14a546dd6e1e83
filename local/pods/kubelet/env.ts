import type { Container, EmulatedPod, EnvVar } from '../pod.ts';
import { type ConfigSources, MissingConfig } from './config-sources.ts';
import { expand } from './expand.ts';
import { fieldValue } from './field-ref.ts';
import { type NodeSize, resourceValue } from './resource-ref.ts';

/** What every container image has, unless the Pod says otherwise. */
const imageEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
};

/** A container's environment. */
export interface ContainerEnv {
  /** All variables of the process. */
  env: Record<string, string>;
  /** Those that the Pod declares: what `$(NAME)` in command and args can name. */
  declared: Record<string, string>;
}

/**
 * containerEnv makes a container's environment: PATH, HOME, HOSTNAME, then envFrom, then env in its order, each value
 * expanded with what stands before it. Nothing of this process's environment is in it. Throws {@link MissingConfig}.
 */
export function containerEnv(
  pod: EmulatedPod,
  container: Container,
  sources: ConfigSources,
  node: NodeSize,
): ContainerEnv {
  const { namespace } = pod.metadata;
  const declared: Record<string, string> = {};
  const set = (name: string, value: string): void => {
    declared[name] = value;
  };
  for (const source of container.envFrom) {
    for (const [kind, ref] of [
      ['configmap', source.configMapRef],
      ['secret', source.secretRef],
    ] as const) {
      if (ref === undefined) continue;
      const content = sources.all(kind, namespace, ref.name, ref.optional);
      for (const [key, value] of content ?? []) set(`${source.prefix ?? ''}${key}`, value.toString('utf8'));
    }
  }
  for (const variable of container.env) {
    const value =
      variable.valueFrom === undefined
        ? expand(variable.value ?? '', declared)
        : valueFrom(variable.valueFrom, pod, container, sources, node);
    if (value !== undefined) set(variable.name, value);
  }
  return { env: { ...imageEnv, HOSTNAME: hostnameOf(pod), ...declared }, declared };
}

/** hostnameOf is a container's host name: the Pod's, at most 63 characters. */
export function hostnameOf(pod: EmulatedPod): string {
  return (pod.spec.hostname || pod.metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

function valueFrom(
  from: NonNullable<EnvVar['valueFrom']>,
  pod: EmulatedPod,
  container: Container,
  sources: ConfigSources,
  node: NodeSize,
): string | undefined {
  const { namespace } = pod.metadata;
  if (from.secretKeyRef) return sources.one('secret', namespace, from.secretKeyRef)?.toString('utf8');
  if (from.configMapKeyRef)
    return sources.one('configmap', namespace, from.configMapKeyRef)?.toString('utf8');
  if (from.fieldRef) {
    const value = fieldValue(pod, from.fieldRef.fieldPath);
    if (value === undefined) throw new MissingConfig(`unsupported fieldPath: ${from.fieldRef.fieldPath}`);
    return value;
  }
  if (from.resourceFieldRef) {
    const { containerName } = from.resourceFieldRef;
    const all = [...pod.spec.containers, ...pod.spec.initContainers];
    const of = all.find(candidate => candidate.name === containerName) ?? container;
    const value = resourceValue(from.resourceFieldRef, of, node);
    if (value === undefined)
      throw new MissingConfig(`unsupported resource: ${from.resourceFieldRef.resource}`);
    return value;
  }
  return undefined;
}
