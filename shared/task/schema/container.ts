import type {
  V1ContainerPort,
  V1EnvFromSource,
  V1EnvVar,
  V1ResourceRequirements,
  V1SecurityContext,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { kubernetes, kubernetesList } from './kubernetes.ts';
import { byShape, flag, isAny, isList, isText, oneOf, string, stringMap, strings } from './words.ts';

const envVarList: z.ZodType<V1EnvVar[]> = kubernetesList<V1EnvVar>('V1EnvVar');
const envVarMap: z.ZodType<V1EnvVar[]> = stringMap.transform(map =>
  Object.entries(map).map(([name, value]): V1EnvVar => ({ name, value })),
);
const environment = byShape({ is: isList, type: envVarList }, { is: isAny, type: envVarMap });

/** Names of containers whose logs are followed, or all of their kind. */
type ContainerChoice = true | string[];

const containerNames: z.ZodType<ContainerChoice> = z.array(string);
const allContainers: z.ZodType<ContainerChoice> = z.literal(true, 'must be true, a name, or a list of names');
const oneContainer: z.ZodType<ContainerChoice> = string.transform(name => [name]);
const containerChoice = byShape(
  { is: isList, type: containerNames },
  { is: isText, type: oneContainer },
  { is: isAny, type: allContainers },
);

/** The container that runs the task. */
export const containerFields = {
  image: string.optional(),
  cmds: strings.optional(),
  arguments: strings.optional(),
  env_vars: environment.optional(),
  env_from: kubernetesList<V1EnvFromSource>('V1EnvFromSource').optional(),
  pod_runtime_info_envs: kubernetesList<V1EnvVar>('V1EnvVar').optional(),
  ports: kubernetesList<V1ContainerPort>('V1ContainerPort').optional(),
  container_resources: kubernetes<V1ResourceRequirements>('V1ResourceRequirements').optional(),
  image_pull_policy: oneOf(['Always', 'IfNotPresent', 'Never']).optional(),
  container_security_context: kubernetes<V1SecurityContext>('V1SecurityContext').optional(),
  termination_message_policy: oneOf(['File', 'FallbackToLogsOnError']).optional(),
  base_container_name: string.optional(),
};

/** Whose logs are kept. */
export const logFields = {
  get_logs: flag.default(true),
  container_logs: containerChoice.optional(),
  init_container_logs: containerChoice.default([]),
};
