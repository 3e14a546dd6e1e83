import type { V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import type { Problem } from '../../errors.ts';
import { type KubernetesType, kubernetesProblems } from '../kubernetes-object.ts';
import { isRecord } from '../raw.ts';
import { withHint } from './hints.ts';

const checked = <T>(problemsOf: (value: unknown) => Problem[]) =>
  z.custom<T>().superRefine((value, context) => {
    for (const { path, message } of problemsOf(value)) {
      context.addIssue({ code: 'custom', path: path === '' ? [] : path.split('.'), message });
    }
  });

/** An object of a Kubernetes type. */
export const kubernetes = <T>(type: KubernetesType) =>
  withHint(
    checked<T>(value => kubernetesProblems(type, value)),
    { kubernetes: type },
  );

/** A list of objects of a Kubernetes type. */
export const kubernetesList = <T>(type: KubernetesType) =>
  z.array(kubernetes<T>(type), 'must be a list of objects');

/** What a Pod must have, but a layer below the parameters need not: the parameters may give it. */
const givenLater = /^(apiVersion|kind|spec|spec\.containers|spec\.containers\.\d+\.name)$/;

/** A Pod that parameters are laid over: any part of it may be missing. */
export const podLayer = withHint(
  checked<Partial<V1Pod>>(value => {
    if (!isRecord(value)) return [{ path: '', message: 'must be an object' }];
    return kubernetesProblems('V1Pod', value).filter(
      ({ path, message }) => message !== 'is required' || !givenLater.test(path),
    );
  }),
  { kubernetes: 'V1Pod', isLayer: true },
);
