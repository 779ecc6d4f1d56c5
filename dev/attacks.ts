import { AREA_NAMES, type AreaName } from '../test/attack/area_name.ts';
import { UsageError } from './options.ts';
import { runCommand } from './run_command.ts';

/** @throws UsageError for a name that no area has */
function chosen(names: readonly string[]): AreaName[] {
  const unknown = names.find((name) => !AREA_NAMES.some((known) => known === name));
  if (unknown !== undefined)
    throw new UsageError(`There is no area "${unknown}": choose from ${AREA_NAMES.join(', ')}.`);
  return AREA_NAMES.filter((name) => names.length === 0 || names.includes(name));
}

/** `npm run attacks [-- <area>…]`: what an attacker would try over HTTP, refused case by case with nothing written. */
runCommand(async () => {
  const areas = chosen(process.argv.slice(2));
  // Loaded only now: a mistyped name is told at once.
  const [{ attack }, { withStack }] = await Promise.all([
    import('../test/attack/command.ts'),
    import('./with_stack.ts'),
  ]);
  const { passed, failed } = await withStack((stack) => attack(stack, areas, (line) => console.log(line)));
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
});
