import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { atMost, median } from '../test/bench/figure.ts';

it('refuses a benchmark that does not exist with one sentence and exit code 2, and runs nothing', () => {
  for (const names of [['nothing'], ['rls', 'nothing'], ['--nothing'], ['toString']]) {
    const wrong = names.at(-1) ?? '';
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'bench.ts'), ...names], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `There is no benchmark "${wrong}": choose from orders, rls.\n`,
    });
  }
});

it('judges a figure as it is printed', () => {
  expect(atMost('ratio', 1.5004, 'ratio', 1.5)).toEqual({
    figure: 'ratio',
    value: 1.5,
    unit: 'ratio',
    goal: 1.5,
    meets: true,
  });
  expect(atMost('ratio', 1.501, 'ratio', 1.5).meets).toBe(false);
  expect(atMost('ratio', Number.NaN, 'ratio', 1.5).meets).toBe(false);
});

it('takes the middle of what was measured, in whatever order it came', () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([10, 9, 2, 1])).toBe(5.5);
  expect(() => median([])).toThrow(TypeError);
});
