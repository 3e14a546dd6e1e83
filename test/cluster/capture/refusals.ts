import { writeFile } from 'node:fs/promises';
import {
  ApiException,
  CoreV1Api,
  KubeConfig as Kube,
  type KubeConfig,
  type V1PodSpec,
} from '@kubernetes/client-node';
import { shell } from './cases.ts';

/** captureRefusals writes down what the API server answers to POSTs of Pods that it does not take. */
export async function captureRefusals(
  config: KubeConfig,
  namespace: string,
  file: string,
  steady: (text: string) => string,
): Promise<void> {
  const api = config.makeApiClient(CoreV1Api);
  const answers: Record<string, unknown> = {};
  const refused = async (name: string, spec: V1PodSpec, at = namespace, as = api): Promise<void> => {
    try {
      await as.createNamespacedPod({
        namespace: at,
        body: { metadata: { name }, spec },
        fieldValidation: 'Strict',
      });
      console.error(`${name} was not refused`);
    } catch (error) {
      if (!(error instanceof ApiException)) throw error;
      const body: unknown = error.body === undefined ? {} : JSON.parse(String(error.body));
      answers[name] = body;
    }
  };
  const spec = (more: Partial<V1PodSpec> = {}): V1PodSpec => ({
    restartPolicy: 'Never',
    containers: [shell('base', 'true')],
    ...more,
  });

  const strict = `${namespace}-strict`;
  const full = `${namespace}-full`;
  await api.createNamespace({
    body: { metadata: { name: strict, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  });
  await api.createNamespace({ body: { metadata: { name: full } } });
  await api.createNamespacedResourceQuota({
    namespace: full,
    body: { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } },
  });
  await api.createNamespacedLimitRange({
    namespace: strict,
    body: { metadata: { name: 'small' }, spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } },
  });
  await new Promise(resolve => setTimeout(resolve, 3_000));
  await refused('quota-exceeded', spec(), full);
  await refused('pod-security', spec(), strict);
  const big = { resources: { limits: { cpu: '2' } } };
  await refused(
    'limit-range',
    {
      ...spec(),
      securityContext: { runAsNonRoot: true, runAsUser: 1, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        shell('base', 'true', {
          ...big,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        }),
      ],
    },
    strict,
  );
  await refused('service-account-missing', spec({ serviceAccountName: 'none' }));
  await refused('namespace-missing', spec(), `${namespace}-none`);
  await refused('invalid', { containers: [{ name: 'A' }] });
  await refused('priority-class-missing', spec({ priorityClassName: 'none' }));
  await refused('runtime-class-missing', spec({ runtimeClassName: 'none' }));
  await api.deleteNamespace({ name: full });
  await refused('namespace-terminating', spec(), full);
  const nobody = new Kube();
  nobody.loadFromString(config.exportConfig());
  const user = nobody.getCurrentUser();
  if (user) Object.assign(user, { impersonateUser: 'nobody@example.com' });
  await refused('forbidden', spec(), namespace, nobody.makeApiClient(CoreV1Api));
  await api.deleteNamespace({ name: strict });
  await writeFile(file, steady(`${JSON.stringify(answers, null, 2)}\n`));
}
