import type { Problem } from '../../errors.ts';
import { type TextRule, textProblems } from '../name-rules.ts';

/** Where Cloud Composer keeps the kubeconfig of its own cluster. */
const composerKubeconfig = '/home/airflow/composer_kube_config';

const configFile: TextRule = path => {
  if (path === composerKubeconfig) return undefined;
  return 'is a file that cannot be read here: name the cluster by kubernetes_conn_id or cluster_name; on your own machine start taskpod local --context';
};

/** accessProblems checks the kubeconfig of a task. Source: GKEStartPodOperator takes none. */
export function accessProblems(task: Record<string, unknown>): Problem[] {
  if (task.config_file !== undefined && task.cluster_name !== undefined) {
    return [{ path: 'config_file', message: 'is not taken together with cluster_name: remove one of them' }];
  }
  return textProblems(task.config_file, 'config_file', configFile);
}
