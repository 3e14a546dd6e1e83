import { resolve } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { TaskpodError } from '../../shared/errors.ts';
import type { Context } from '../context.ts';
import { deploymentFileName, readDeployment, writeDeploymentFile } from '../deployment-file.ts';
import { type Deployment, deploymentKeyNames, deploymentKeys } from '../deployment-keys.ts';
import { exitCodes, tellFailure } from '../failure.ts';
import { readInput, utf8 } from '../read-input.ts';
import { renderPairs } from '../render.ts';
import { readTerraformOutput } from '../terraform-output.ts';
import type { Runner } from './common.ts';

interface InitOptions extends Deployment {
  fromTerraform?: string | undefined;
  force?: true | undefined;
  json?: true | undefined;
}

/** addInit adds `taskpod init`. */
export function addInit(program: Command, run: Runner): void {
  const m = deploymentKeys;
  program
    .command('init')
    .description(`write ${deploymentFileName}, by which the commands in this folder find your deployment`)
    .option(
      '--from-terraform <file>',
      'take it from what "terraform output -json" prints; - reads it from the standard input',
    )
    .option('--bucket <name>', m.bucket.meaning)
    .option('--tasks-topic <name>', m.tasks_topic.meaning)
    .option('--watch-topic <name>', m.watch_topic.meaning)
    .option('--events-topic <name>', m.events_topic.meaning)
    .option('--dead-letters-subscription <name>', m.dead_letters_subscription.meaning)
    .option('--launch-subscription <name>', m.launch_subscription.meaning)
    .option('--watch-subscription <name>', m.watch_subscription.meaning)
    .option('--cluster <name>', m.cluster.meaning)
    .option('--clusters <name...>', m.clusters.meaning)
    .option('--namespace <name>', m.namespace.meaning)
    .option('--namespaces <name...>', m.namespaces.meaning)
    .option('--launch-service-account <email>', m.launch_service_account.meaning)
    .option('--watch-service-account <email>', m.watch_service_account.meaning)
    .option('--force', 'replace a file that is there')
    .option('--json', 'print one JSON document')
    .action(({ fromTerraform, force, json, ...given }) => {
      const options = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [snakeCase(name), value]),
      );
      return run({ json }, context => init({ ...options, fromTerraform, force, json }, context));
    });
}

async function init(
  { fromTerraform, force, json, ...given }: InitOptions,
  context: Context,
): Promise<number> {
  const { out, cwd } = context;
  const path = resolve(cwd, deploymentFileName);
  const wanted = 'a file with what "terraform output -json" prints';
  const source =
    fromTerraform === undefined
      ? { deployment: {}, problems: [] }
      : readTerraformOutput(utf8(await readInput(fromTerraform, wanted, context), fromTerraform));
  // What is given here wins, so that what Terraform has wrong or not at all can be said here.
  const isGiven = ({ path }: { path: string }): boolean =>
    deploymentKeyNames.some(name => path.split('.')[1] === name && given[name] !== undefined);
  const { deployment, problems: ownProblems } = readDeployment(
    { ...source.deployment, ...given },
    fromTerraform === undefined ? ['bucket', 'tasks_topic'] : [],
  );
  const problems = [...source.problems.filter(problem => !isGiven(problem)), ...ownProblems];
  if (problems.length > 0) {
    const action =
      fromTerraform === undefined
        ? 'Give them as options, such as --bucket; or all at once: terraform output -json | taskpod init --from-terraform -'
        : 'Apply the current terraform/modules/platform and print its outputs again, or give what is missing as options, such as --bucket.';
    const message =
      fromTerraform === undefined
        ? 'this does not make a deployment'
        : 'the output "taskpod" does not make a deployment';
    await tellFailure({ code: 'bad_usage', message, action, problems }, json === true, context);
    return exitCodes.usage;
  }
  if (!(await writeDeploymentFile(path, deployment, { replace: force === true }))) {
    throw new TaskpodError('bad_usage', `${path} is there already`, { action: 'Replace it with --force.' });
  }
  await out.write(json ? `${JSON.stringify({ path, ...deployment })}\n` : told(path, deployment, context));
  return exitCodes.success;
}

function told(path: string, deployment: Deployment, { out }: Context): string {
  const rows = deploymentKeyNames.flatMap((name): [string, string][] => {
    const value = deployment[name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
  });
  return `${renderPairs([['wrote', path], ...rows], out)}Next: see that everything is in order with "taskpod doctor".\n`;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
