import { validate as validateAffinity } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Affinity';
import { validate as validateContainer } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Container';
import { validate as validateContainerPort } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ContainerPort';
import { validate as validateEnvFromSource } from 'kubernetes-models/_schemas/IoK8sApiCoreV1EnvFromSource';
import { validate as validateEnvVar } from 'kubernetes-models/_schemas/IoK8sApiCoreV1EnvVar';
import { validate as validateHostAlias } from 'kubernetes-models/_schemas/IoK8sApiCoreV1HostAlias';
import { validate as validateKeyToPath } from 'kubernetes-models/_schemas/IoK8sApiCoreV1KeyToPath';
import { validate as validateLocalObjectReference } from 'kubernetes-models/_schemas/IoK8sApiCoreV1LocalObjectReference';
import { validate as validatePod } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Pod';
import { validate as validatePodDNSConfig } from 'kubernetes-models/_schemas/IoK8sApiCoreV1PodDNSConfig';
import { validate as validatePodSecurityContext } from 'kubernetes-models/_schemas/IoK8sApiCoreV1PodSecurityContext';
import { validate as validateResourceRequirements } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ResourceRequirements';
import { validate as validateSecurityContext } from 'kubernetes-models/_schemas/IoK8sApiCoreV1SecurityContext';
import { validate as validateToleration } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Toleration';
import { validate as validateVolume } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Volume';
import { validate as validateVolumeMount } from 'kubernetes-models/_schemas/IoK8sApiCoreV1VolumeMount';
import type { Problem } from '../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import { pathPart } from './json.ts';
import podFields from './pod-fields.json' with { type: 'json' };
import { isRecord } from './raw.ts';
import { type SchemaError, schemaProblems } from './schema-problems.ts';

/** The Kubernetes types that a task can hold, each with its validator made from Kubernetes' own OpenAPI. */
const validators = {
  V1Affinity: validateAffinity,
  V1Container: validateContainer,
  V1ContainerPort: validateContainerPort,
  V1EnvFromSource: validateEnvFromSource,
  V1EnvVar: validateEnvVar,
  V1HostAlias: validateHostAlias,
  V1KeyToPath: validateKeyToPath,
  V1LocalObjectReference: validateLocalObjectReference,
  V1Pod: validatePod,
  V1PodDNSConfig: validatePodDNSConfig,
  V1PodSecurityContext: validatePodSecurityContext,
  V1ResourceRequirements: validateResourceRequirements,
  V1SecurityContext: validateSecurityContext,
  V1Toleration: validateToleration,
  V1Volume: validateVolume,
  V1VolumeMount: validateVolumeMount,
};
export type KubernetesType = keyof typeof validators;

const fieldTable: Record<string, Record<string, string>> = podFields;

/**
 * kubernetesProblems checks an object of a Kubernetes type completely: unknown fields (which the API server would drop in
 * silence), types, required fields, enums, quantities. Paths begin below the object.
 */
export function kubernetesProblems(type: KubernetesType, value: unknown): Problem[] {
  const validate: ((data: unknown) => boolean) & { errors?: SchemaError[] | null } = validators[type];
  const errors = validate(value) ? [] : (validate.errors ?? []);
  return [...schemaProblems(errors), ...unknownFields(type, value, '')];
}

function unknownFields(type: string, value: unknown, prefix: string): Problem[] {
  const fields = fieldTable[type];
  if (fields === undefined || !isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = `${prefix}${pathPart(key)}`;
    const childType = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (childType === undefined) return [{ path, message: unknownField(type, key, Object.keys(fields)) }];
    if (!childType.endsWith('[]')) return unknownFields(childType, child, `${path}.`);
    if (!Array.isArray(child)) return [];
    return child.flatMap((item, index) => unknownFields(childType.slice(0, -2), item, `${path}.${index}.`));
  });
}

function unknownField(type: string, key: string, known: readonly string[]): string {
  const hint = didYouMean(key, known);
  const name = type.replace(/^(Core)?V1/, '');
  const camel = key.includes('_') ? ' (Kubernetes objects are written in camelCase)' : '';
  return `is not a field of ${name}${hint === '' ? ': remove it' : hint}${camel}`;
}
