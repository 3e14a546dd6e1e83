import { z } from 'zod';
import { type Problem, TaskpodError } from '../shared/errors.ts';
import { readDeployment } from './deployment-file.ts';
import { type Deployment, deploymentKeyNames } from './deployment-keys.ts';

/** The name of the output that holds everything. */
const outputName = 'taskpod';

/** `terraform output -json`: each output with its value, its type and whether it is a secret. */
const outputsSchema = z.record(z.string(), z.looseObject({ value: z.unknown() }));

const addOutput =
  'Put this into the configuration, then "terraform apply": output "taskpod" { value = module.NAME.taskpod }';

/**
 * readTerraformOutput takes a deployment out of what `terraform output -json` prints. Throws `bad_usage` when it is something else or
 * has no output `taskpod`; all that is missing or wrong in that is in `problems`.
 */
export function readTerraformOutput(text: string): { deployment: Deployment; problems: Problem[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw usage('this is not JSON', 'Give what "terraform output -json" prints.');
  }
  const outputs = outputsSchema.safeParse(json);
  if (!outputs.success) {
    throw usage(
      'this is not what "terraform output -json" prints: each output is an object with a value',
      'Give all outputs: without -raw, and without the name of one.',
    );
  }
  const output = Object.hasOwn(outputs.data, outputName) ? outputs.data[outputName] : undefined;
  if (output !== undefined) {
    const { deployment, problems } = readDeployment(output.value, deploymentKeyNames);
    return { deployment, problems: problems.map(problem => ({ ...problem, path: pathOf(problem.path) })) };
  }
  const names = Object.keys(outputs.data);
  const others = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`;
  throw usage(`no output is named "${outputName}": ${others}`, addOutput);
}

function pathOf(path: string): string {
  return path === '' ? outputName : `${outputName}.${path}`;
}

function usage(message: string, action: string): TaskpodError {
  return new TaskpodError('bad_usage', message, { action });
}
