import type { Problem } from '../../../shared/errors.ts';
import type { RunKey } from '../../../shared/run.ts';
import { coerceRendered } from '../../../shared/task/coerce-rendered.ts';
import { isRecord } from '../../../shared/task/raw.ts';
import { contextFields } from '../../../shared/task/schema/run.ts';
import { runParameters, taskParameters } from '../../../shared/task/task.ts';
import { airflowContext } from '../../../shared/template/airflow-context.ts';
import { renderValue } from '../../../shared/template/render-value.ts';
import type { RenderOptions } from '../../../shared/template/template.ts';
import type { HiddenValues } from './hidden-values.ts';
import type { RunContext } from './run-context.ts';
import type { TaskSources } from './task-sources.ts';

/** Parameters whose texts are taken as they are: templates are rendered with them. */
const neverRendered: readonly string[] = [...runParameters, ...Object.keys(contextFields)];

/** What rendering a task needs. */
export interface RenderDeps {
  sources: Pick<TaskSources, 'lookUp'>;
  clock: RenderOptions['clock'];
  /** Gets to know every value that a template reads from outside. */
  hidden: HiddenValues;
}

/** A task whose templates were rendered; a text that could not be is as it was. */
export interface RenderedTask {
  given: Record<string, unknown>;
  problems: Problem[];
}

/**
 * renderTask renders every text in the parameters of a task, but those of {@link neverRendered}; never a key. Where another type
 * than text is wanted, the rendered text is read as that. Throws when the sources do not answer.
 */
export async function renderTask(
  given: Readonly<Record<string, unknown>>,
  { airflow, run }: RunContext,
  deps: RenderDeps,
  signal: AbortSignal,
): Promise<RenderedTask> {
  const names = taskParameters.filter(name => Object.hasOwn(given, name) && !neverRendered.includes(name));
  const published = Object.fromEntries(names.map(name => [name, given[name]]));
  const asking: RunKey = run ?? airflow;
  const { value, problems } = await renderValue(
    published,
    airflowContext(airflow),
    async wanted => {
      const answers = await deps.sources.lookUp(wanted, asking, signal);
      for (const answer of answers) deps.hidden.addAnswer(answer);
      return answers;
    },
    { clock: deps.clock },
  );
  const coerced = coerceRendered(published, value);
  const rest = Object.entries(given).filter(([name]) => !names.includes(name));
  return {
    given: { ...Object.fromEntries(rest), ...(isRecord(coerced) ? coerced : {}) },
    problems: problems.map(({ path, message }) => ({ path, message })),
  };
}
