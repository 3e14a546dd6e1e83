import type { Problem } from '../../errors.ts';
import { type TextRule, textProblems } from '../name-rules.ts';

/** Where Cloud Composer keeps the kubeconfig of its own cluster. */
const composerKubeconfig = '/home/airflow/composer_kube_config';

const configFile: TextRule = path => {
  if (path === composerKubeconfig) return undefined;
  return 'is a file that cannot be read here: name the cluster by kubernetes_conn_id or cluster_name; on your own machine start taskpod local --context';
};

/** accessProblems checks how a task names its cluster. */
export function accessProblems(task: Record<string, unknown>): Problem[] {
  return [...textProblems(task.config_file, 'config_file', configFile), ...clusterProblems(task)];
}

/** Source: GKEStartPodOperator needs both, and takes no kubeconfig. */
function clusterProblems(task: Record<string, unknown>): Problem[] {
  const has = (name: string): boolean => task[name] !== undefined;
  const problems: Problem[] = [];
  if (has('cluster_name') && !has('location')) {
    problems.push({
      path: 'location',
      message: 'is required with cluster_name: the region or zone of the cluster',
    });
  }
  for (const name of ['location', 'project_id']) {
    if (has(name) && !has('cluster_name')) {
      problems.push({
        path: name,
        message: 'means nothing without cluster_name: name the cluster too, or remove it',
      });
    }
  }
  if (has('config_file') && has('cluster_name')) {
    problems.push({
      path: 'config_file',
      message: 'is not taken together with cluster_name: remove one of them',
    });
  }
  return problems;
}
