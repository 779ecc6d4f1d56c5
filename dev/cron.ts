import { requireStack } from './description.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';

/** `npm run cron [-- name]`: fires all sweeps of the running stack now, or the named one. */
runCommand(async () => {
  const { control } = await requireStack();
  const name = process.argv[2];
  const query = name === undefined ? '' : `?name=${encodeURIComponent(name)}`;
  const answer = await fetch(`${control}/cron${query}`, { method: 'POST' });
  if (!answer.ok) throw new StackError(`the cron failed: ${await answer.text()}`);
  console.log(name === undefined ? 'all sweeps fired' : `${name} fired`);
});
