import { requireStack } from './description.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';

/** `npm run cron`: fires the consumer's cron of the running stack now. */
runCommand(async () => {
  const { control } = await requireStack();
  const answer = await fetch(`${control}/cron`, { method: 'POST' });
  if (!answer.ok) throw new StackError(`the cron failed: ${await answer.text()}`);
  console.log('all sweeps fired');
});
