import { hasTemplate, type RenderOptions } from '../../../shared/template/template.ts';
import { type FoundConnection, findConnection } from './find-connection.ts';
import { type FoundPodTemplate, findPodTemplate } from './find-pod-template.ts';
import type { HiddenValues } from './hidden-values.ts';
import { type RenderedTask, renderTask } from './render-task.ts';
import type { RunContext } from './run-context.ts';
import type { TaskSources } from './task-sources.ts';

/** Where a task's other parts come from. */
export interface GatherDeps {
  sources: TaskSources;
  clock: RenderOptions['clock'];
  hidden: HiddenValues;
}

/** A rendered task with what it names; `isWhole` is false when a part of its Pod is not known. */
export interface GatheredTask {
  rendered: RenderedTask;
  connection: FoundConnection;
  podTemplate: FoundPodTemplate;
  isWhole: boolean;
}

/**
 * gatherTask renders a task and reads its connection and Pod template, all at once as far as their names are no templates. Throws when a
 * source does not answer.
 */
export async function gatherTask(
  given: Readonly<Record<string, unknown>>,
  context: RunContext,
  deps: GatherDeps,
  signal: AbortSignal,
): Promise<GatheredTask> {
  const { sources } = deps;
  const rendering = renderTask(given, context, deps, signal);
  /** The value of a parameter, once it is known; `unless` it cannot be. */
  const parameter = async (name: string): Promise<{ known: boolean; value?: unknown }> => {
    const value = given[name];
    if (typeof value !== 'string' || !hasTemplate(value)) return { known: true, value };
    const rendered = await rendering;
    const failed = rendered.problems.some(({ path }) => path === name);
    return failed ? { known: false } : { known: true, value: rendered.given[name] };
  };
  const connecting = async (): Promise<FoundConnection> => {
    const id = await parameter('kubernetes_conn_id');
    return id.known ? findConnection(id.value, deps, signal) : { problems: [], warnings: [] };
  };
  const templating = async (): Promise<FoundPodTemplate & { known: boolean }> => {
    const path = await parameter('pod_template_file');
    if (!path.known) return { known: false, problems: [] };
    return { known: true, ...(await findPodTemplate(path.value, sources, signal)) };
  };
  const [rendered, connection, { known, ...podTemplate }] = await Promise.all([
    rendering,
    connecting(),
    templating(),
  ]);
  return { rendered, connection, podTemplate, isWhole: known && podTemplate.problems.length === 0 };
}
