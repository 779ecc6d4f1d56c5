import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectChecks } from '../harness/database.ts';
import { endSale } from './end.ts';
import { assertInLanes, RUNS, STEPS_MAX } from './lane.ts';
import { moneySteps } from './step/money.ts';
import { orderSteps } from './step/order.ts';
import { paymentSteps } from './step/payment.ts';
import { reviewSteps } from './step/review.ts';
import { stepsOf, type Kind } from './step.ts';
import { openSale } from './world.ts';

const kinds: Kind<unknown>[] = Object.values({ ...orderSteps, ...paymentSteps, ...moneySteps, ...reviewSteps });

it(
  'a sale comes to what happened in it, whatever that was and in whatever order',
  { timeout: 120_000 + RUNS * 5_000 },
  async () => {
    expect(kinds.length).toBeGreaterThanOrEqual(20);
    await assertInLanes(RUNS, (lane) =>
      fc.asyncProperty(fc.commands([stepsOf(kinds)], { maxCommands: STEPS_MAX, size: 'max' }), async (steps) => {
        const sale = await openSale(lane);
        await fc.asyncModelRun(() => sale, steps);
        await endSale(sale.model, sale.real);
      }),
    );
    await expectChecks();
  },
);
