import { baseContainer } from '../../../../shared/pod-words.ts';
import { changeBase, type PodSpecStep } from './step.ts';

/** withBase adds the main container: image, command, arguments, pull policy. */
export const withBase: PodSpecStep = (spec, { task }) => ({
  ...spec,
  containers: [
    {
      name: baseContainer,
      image: task.image,
      ...(task.cmds.length === 0 ? {} : { command: task.cmds }),
      ...(task.arguments.length === 0 ? {} : { args: task.arguments }),
      ...(task.image_pull_policy === undefined ? {} : { imagePullPolicy: task.image_pull_policy }),
    },
    ...spec.containers,
  ],
});

/** withEnvironment sets the main container's environment. */
export const withEnvironment: PodSpecStep = (spec, { task }) =>
  task.env_vars.length === 0 ? spec : changeBase(spec, base => ({ ...base, env: task.env_vars }));

/** withResources sets the main container's requests and limits. */
export const withResources: PodSpecStep = (spec, { task }) => {
  const resources = task.container_resources;
  return resources === undefined ? spec : changeBase(spec, base => ({ ...base, resources }));
};

/** withInitContainers adds the task's init containers, in their order. */
export const withInitContainers: PodSpecStep = (spec, { task }) =>
  task.init_containers.length === 0
    ? spec
    : { ...spec, initContainers: [...(spec.initContainers ?? []), ...task.init_containers] };
