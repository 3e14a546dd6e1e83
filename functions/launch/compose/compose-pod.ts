import type { V1ObjectMeta, V1PodSpec } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Problem } from '../../../shared/errors.ts';
import { xcomContainer } from '../../../shared/pod-words.ts';
import { isRecord, objectsIn, stringIn } from '../../../shared/task/raw.ts';
import { defaultLayer, lastLayer } from './layer/defaults.ts';
import { parameterAt, parameterLayer } from './layer/parameters.ts';
import { secretLayer } from './layer/secrets.ts';
import { templateLayer, templateProblems } from './layer/template.ts';
import { xcomMessageLayer, xcomSidecar, xcomVolumeLayer } from './layer/xcom.ts';
import { addToPod, mergePods } from './merge-pods.ts';
import type { PodLayers } from './pod-layers.ts';
import { fieldsOf, nothing, placeOf, type Sourced, toJson } from './sourced.ts';

/** The metadata of a Pod as its task wants it: without the labels and the annotation that every Pod of ours has. */
export interface ComposedMetadata extends Pick<V1ObjectMeta, 'finalizers' | 'ownerReferences'> {
  /** What the Pod's name begins with; absent: the task_id. */
  name?: string;
  namespace: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A Pod as its task wants it. With problems anywhere, it is what the rest comes to. */
export interface ComposedPod {
  metadata: ComposedMetadata;
  spec: V1PodSpec;
  /** Names in the Pod's order; `init` without the XCom sidecar, `main` with the base container, which is the first. */
  containers: { base: string; init: string[]; main: string[] };
  /** What is wrong with the content of `pod_template_file`, and containers that no layer names; the schema tells the rest. */
  problems: Problem[];
  /**
   * Takes a dotted path in this Pod (`spec.containers.0.image`) and gives the place in the task that it comes from, or where it would
   * have to be; '' for what Taskpod adds.
   */
  sourceOf(path: string): string;
}

const metadataSchema = z.custom<ComposedMetadata>(isRecord);
const specSchema = z.custom<V1PodSpec>(isRecord);

/** composePod makes the Pod that a task describes; docs/pod.md tells how. Pure: the same layers give the same Pod. */
export function composePod(layers: PodLayers): ComposedPod {
  const { task, given, template } = layers;
  const file = templateLayer(template, 'pod_template_file');
  const dict = templateLayer(task.pod_template_dict, 'pod_template_dict');
  const users = [
    defaultLayer(layers),
    xcomVolumeLayer(task),
    template === undefined ? dict : file,
    templateLayer(task.full_pod_spec, 'full_pod_spec'),
    parameterLayer(task, given),
  ].reduce(mergePods, nothing);
  const pod = [
    secretLayer(task.secrets ?? []),
    xcomMessageLayer(task),
    lastLayer(xcomSidecar(layers, users)),
  ].reduce(addToPod, users);
  const spec = specSchema.parse(part(pod, 'spec'));
  const sourceOf = (path: string): string => placeOf(pod, path) ?? parameterAt(path) ?? '';
  return {
    metadata: metadataSchema.parse({ labels: {}, annotations: {}, ...part(pod, 'metadata') }),
    spec,
    containers: containersOf(spec),
    problems: [
      ...(template === undefined ? [] : templateProblems(template, 'pod_template_file')),
      ...nameProblems(spec, sourceOf),
    ],
    sourceOf,
  };
}

function part(pod: Sourced, key: string): Record<string, unknown> {
  const json = toJson(fieldsOf(pod).get(key) ?? nothing);
  return isRecord(json) ? json : {};
}

function containersOf(spec: V1PodSpec): ComposedPod['containers'] {
  const names = (list: unknown) => objectsIn(list, '').flatMap(({ value }) => stringIn(value, 'name') ?? []);
  const main = names(spec.containers);
  const [base = ''] = main;
  return { base, main, init: names(spec.initContainers).filter(name => name !== xcomContainer) };
}

/** A layer need not name its main containers, as another may do it. */
function nameProblems(spec: V1PodSpec, sourceOf: (path: string) => string): Problem[] {
  return objectsIn(spec.containers, 'spec.containers')
    .filter(({ value }) => value.name === undefined)
    .map(({ path }) => ({ path: sourceOf(`${path}.name`), message: 'is required' }));
}
