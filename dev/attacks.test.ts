import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('refuses an area that does not exist with one sentence and exit code 2, and attacks nothing', () => {
  for (const areas of [['nothing'], ['identity', 'nothing'], ['--nothing'], ['toString']]) {
    const wrong = areas.at(-1) ?? '';
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(import.meta.dirname, 'attacks.ts'), ...areas],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 2,
      stdout: '',
      stderr: `There is no area "${wrong}": choose from identity.\n`,
    });
  }
});
