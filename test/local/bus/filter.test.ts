import { describe, expect, test } from 'vitest';
import { parseFilter } from '../../../local/bus/filter.ts';

const event = { dag_id: 'etl', task_id: 'extract', state: 'success', 'content-type': 'application/json' };

describe('parseFilter', () => {
  test.each<[filter: string, takes: boolean]>([
    ['', true],
    ['attributes.state = "success"', true],
    ['attributes.state="failed"', false],
    ['attributes.state != "failed"', true],
    ['attributes.map_index != "0"', true],
    ['attributes:state', true],
    ['attributes:map_index', false],
    ['attributes:constructor', false],
    ['NOT attributes:map_index', true],
    ['-attributes:state', false],
    ['hasPrefix(attributes.task_id, "ex")', true],
    ['hasPrefix(attributes.map_index, "")', false],
    ['attributes.content-type = "application/json"', true],
    ['attributes."content-type" = "application\\/json"', true],
    ['attributes.dag_id = "etl" AND attributes.task_id = "extract" AND attributes.state = "success"', true],
    ['attributes.dag_id = "etl" AND attributes.task_id = "load" AND attributes.state = "success"', false],
    ['attributes.state = "failed" OR attributes.state = "rejected"', false],
    ['attributes.dag_id = "etl" AND (attributes.state = "failed" OR attributes.state = "success")', true],
    ['NOT (attributes.dag_id = "etl" AND attributes.state = "success")', false],
  ])('%s: %s', (filter, takes) => {
    expect(parseFilter(filter)(event)).toBe(takes);
  });

  test.each([
    ['state = "success"', 'the filter has state where attributes should be'],
    ['attributes.state = success', 'the filter has success where a text in double quotes should be'],
    ['attributes.state = ', 'the filter has the end where a text in double quotes should be'],
    ['attributes.state', 'the filter has its end where != should be'],
    ['attributes.="x"', "the filter has = where an attribute's key should be"],
    ['(attributes:state', 'the filter has its end where ) should be'],
    ['attributes:state attributes:dag_id', 'the filter goes on with attributes where it should end'],
    ['attributes:a AND attributes:b OR attributes:c', 'the filter mixes AND and OR: use parentheses'],
    ['attributes.state > "a"', 'the filter cannot be read from "> "a"" on'],
    [`attributes.state = "${'x'.repeat(256)}"`, 'the filter is longer than 256 bytes'],
  ])('%s: refused', (filter, message) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ status: 400, message }));
  });
});
