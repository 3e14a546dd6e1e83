import { LineCounter, parseDocument } from 'yaml';

/** YAML's tags for what JSON has not: as plain texts they mean what was written. */
const notJson = /timestamp|binary|omap|pairs|set$|int.*time|float.*time/i;

/** A text that was YAML (or JSON, which is YAML too), or what is wrong with it, as the end of a sentence. */
export type YamlReading = { ok: true; value: unknown } | { ok: false; message: string };

/**
 * readYaml reads one YAML document as Kubernetes' and Airflow's tools do: version 1.1, in which 0400 is octal and `yes` is true; a
 * date stays text. Never repeats a piece of the text.
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    customTags: tags => tags.filter(tag => typeof tag === 'string' || !notJson.test(tag.tag)),
    lineCounter: lines,
    prettyErrors: false,
  });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const { line } = lines.linePos(fault.pos[0]);
    return {
      ok: false,
      message: `is not YAML: line ${line}, ${fault.code.toLowerCase().replaceAll('_', ' ')}`,
    };
  }
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return { ok: false, message: 'holds too many aliases: write the values out' };
  }
}
