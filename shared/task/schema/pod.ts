import type {
  V1Affinity,
  V1Container,
  V1HostAlias,
  V1LocalObjectReference,
  V1PodDNSConfig,
  V1PodSecurityContext,
  V1Toleration,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { kubernetes, kubernetesList, podLayer } from './kubernetes.ts';
import { byShape, flag, isAny, isText, oneOf, secondsFrom, string, stringMap } from './words.ts';

const namedReference: z.ZodType<V1LocalObjectReference> = string.transform(name => ({ name }));
const reference: z.ZodType<V1LocalObjectReference> =
  kubernetes<V1LocalObjectReference>('V1LocalObjectReference');
const pullSecret = byShape({ is: isText, type: namedReference }, { is: isAny, type: reference });

/** What a Pod is called, and the layers below the parameters. */
export const identityFields = {
  name: string.optional(),
  random_name_suffix: flag.optional(),
  labels: stringMap.optional(),
  annotations: stringMap.optional(),
  pod_template_file: string.optional(),
  pod_template_dict: podLayer.optional(),
  full_pod_spec: podLayer.optional(),
};

/** The Pod around the containers: where it runs, as whom, with which network. */
export const podFields = {
  init_containers: kubernetesList<V1Container>('V1Container').optional(),
  service_account_name: string.optional(),
  automount_service_account_token: flag.optional(),
  image_pull_secrets: z.array(pullSecret, 'must be a list of objects with a name').optional(),
  security_context: kubernetes<V1PodSecurityContext>('V1PodSecurityContext').optional(),
  affinity: kubernetes<V1Affinity>('V1Affinity').optional(),
  node_selector: stringMap.optional(),
  tolerations: kubernetesList<V1Toleration>('V1Toleration').optional(),
  priority_class_name: string.optional(),
  runtime_class_name: string.optional(),
  schedulername: string.optional(),
  hostnetwork: flag.optional(),
  host_aliases: kubernetesList<V1HostAlias>('V1HostAlias').optional(),
  hostname: string.optional(),
  subdomain: string.optional(),
  dnspolicy: oneOf(['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None']).optional(),
  dns_config: kubernetes<V1PodDNSConfig>('V1PodDNSConfig').optional(),
  termination_grace_period: secondsFrom(0).optional(),
};
