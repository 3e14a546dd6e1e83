import type { V1KeyToPath, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { z } from 'zod';
import { kubernetesList } from './kubernetes.ts';
import { string, strings } from './words.ts';

const nothing = z.null().transform(() => undefined);
const maybeText = z.union([string, nothing], 'must be a string').optional();

/** A Secret in the environment or in a volume, as Airflow's `Secret`; a variable's name is in capitals already. */
export interface TaskSecret {
  deploy_type: 'env' | 'volume';
  /** Name of the variable, or path of the mount; absent: all keys as variables. */
  deploy_target?: string | undefined;
  secret: string;
  key?: string | undefined;
  items: V1KeyToPath[];
}

/** Source of the rules: airflow.providers.cncf.kubernetes.secret.Secret, and what Kubernetes needs besides. */
const secret: z.ZodType<TaskSecret> = z
  .strictObject(
    {
      deploy_type: z.enum(['env', 'volume'], 'must be env or volume'),
      deploy_target: maybeText,
      secret: z.string({ error: issue => (issue.input === undefined ? 'is required' : 'must be a string') }),
      key: maybeText,
      items: z
        .union([kubernetesList<V1KeyToPath>('V1KeyToPath'), nothing], 'must be a list of objects')
        .optional()
        .transform(items => items ?? []),
    },
    {
      error: issue =>
        issue.code === 'unrecognized_keys'
          ? 'may have deploy_type, deploy_target, secret, key and items, and nothing else'
          : 'must be an object with deploy_type, deploy_target, secret and key',
    },
  )
  .superRefine(({ deploy_type: type, deploy_target: target, key }, context) => {
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (type === 'volume' && target === undefined) {
      problem('deploy_target', 'is required: the path at which the Secret is mounted');
    } else if (key !== undefined && target === undefined) {
      problem('deploy_target', 'is required when key is set: the name of the variable');
    } else if (type === 'env' && target !== undefined && key === undefined) {
      problem('key', 'is required: the key of the Secret that becomes the variable');
    }
  })
  .transform(({ deploy_target, ...rest }) => ({
    ...rest,
    deploy_target: rest.deploy_type === 'env' ? deploy_target?.toUpperCase() : deploy_target,
  }));

/** What a Pod reads and writes besides its image. */
export const storageFields = {
  volumes: kubernetesList<V1Volume>('V1Volume').optional(),
  volume_mounts: kubernetesList<V1VolumeMount>('V1VolumeMount').optional(),
  secrets: z.array(secret, 'must be a list of objects').optional(),
  configmaps: strings.optional(),
};
