import fc from 'fast-check';

/** A short name out of few, so that names meet. */
const name = fc.constantFrom('a', 'b', 'c');
const sometimes = { requiredKeys: [] };
const text = fc.string({ maxLength: 3 });
const quantity = fc.constantFrom('1', '500m', '10Mi');
const envVar = fc.record({ name, value: text });

const containerParts = {
  image: name,
  command: fc.array(text, { maxLength: 2 }),
  env: fc.array(envVar, { maxLength: 2 }),
  envFrom: fc.array(fc.record({ configMapRef: fc.record({ name }) }), { maxLength: 2 }),
  ports: fc.array(fc.record({ containerPort: fc.integer({ min: 1, max: 9 }) }), { maxLength: 2 }),
  volumeMounts: fc.array(fc.record({ name, mountPath: name }), { maxLength: 2 }),
  stdin: fc.boolean(),
  resources: fc.record({ limits: fc.dictionary(name, quantity, { maxKeys: 2 }) }, sometimes),
};
const container = fc.record({ name, ...containerParts }, { requiredKeys: ['name'] });

/** Parts of a Pod's spec and the parameters that make them; all of one shape. */
const specParts = {
  tolerations: fc.array(fc.record({ key: name }), { maxLength: 2 }),
  nodeSelector: fc.dictionary(name, text, { maxKeys: 2 }),
  hostNetwork: fc.boolean(),
  hostname: name,
  terminationGracePeriodSeconds: fc.integer({ min: 0, max: 2 }),
};
const volumes = fc.array(fc.record({ name, emptyDir: fc.constant({}) }), { maxLength: 2 });
const initContainers = fc.array(container, { maxLength: 3 });

/** Any layer of a Pod, right by Kubernetes' schema, in which every part may be missing or empty. */
export const anyLayer = fc.record(
  {
    metadata: fc.record(
      {
        name,
        labels: fc.dictionary(name, text, { maxKeys: 2 }),
        annotations: fc.dictionary(name, text, { maxKeys: 2 }),
        finalizers: fc.array(name, { maxLength: 2 }),
      },
      sometimes,
    ),
    spec: fc.record(
      { ...specParts, containers: fc.array(container, { maxLength: 3 }), initContainers, volumes },
      sometimes,
    ),
  },
  sometimes,
);

/** Any parameters that shape a Pod, right by the schema. */
export const anyParameters = fc.record(
  {
    name,
    labels: fc.dictionary(name, text, { maxKeys: 2 }),
    image: name,
    cmds: containerParts.command,
    env_vars: fc.oneof(fc.dictionary(fc.constantFrom('A', 'b.c', '1'), text), containerParts.env),
    env_from: containerParts.envFrom,
    pod_runtime_info_envs: containerParts.env,
    configmaps: fc.array(name, { maxLength: 2 }),
    ports: containerParts.ports,
    volume_mounts: containerParts.volumeMounts,
    volumes,
    init_containers: initContainers,
    image_pull_secrets: fc.array(fc.oneof(name, fc.record({ name })), { maxLength: 2 }),
    tolerations: specParts.tolerations,
    node_selector: specParts.nodeSelector,
    hostnetwork: specParts.hostNetwork,
    hostname: specParts.hostname,
    termination_grace_period: specParts.terminationGracePeriodSeconds,
    do_xcom_push: fc.boolean(),
    secrets: fc.array(
      fc.oneof(
        fc.record({
          deploy_type: fc.constant('env'),
          deploy_target: fc.constant('PW'),
          secret: name,
          key: name,
        }),
        fc.record({ deploy_type: fc.constant('env'), secret: name }),
        fc.record({ deploy_type: fc.constant('volume'), deploy_target: fc.constant('/s'), secret: name }),
      ),
      { maxLength: 3 },
    ),
  },
  sometimes,
);
