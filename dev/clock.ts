import { requireStack } from './description.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';
import { shiftClock } from './shift_clock.ts';

const DAYS = { d: 1, h: 1 / 24, m: 1 / 1_440 } as const;

/** Days of `+8d`, `-2h`, `30m`; null of `reset`. */
function parseShift(text: string | undefined): number | null {
  if (text === 'reset') return null;
  const match = /^([+-]?)(\d{1,5})([dhm])$/.exec(text ?? '');
  if (match === null) throw new StackError('Say how far: npm run clock -- +8d, -2h, 30m, or reset.');
  const [, sign, count, unit] = match;
  return (sign === '-' ? -1 : 1) * Number(count) * DAYS[unit as keyof typeof DAYS];
}

/** `npm run clock -- +8d`: moves `app.now()` of the running stack. */
runCommand(async () => {
  const days = parseShift(process.argv[2]);
  const { database } = await requireStack();
  const shift = await shiftClock(database.owner, days);
  console.log(`the clock is now shifted by ${shift}`);
});
