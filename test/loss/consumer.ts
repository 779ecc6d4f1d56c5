import consumer from '../../queues/index.ts';

let isDeaf = false;

/** The consumer, which loses every message while it is deaf: the crons `deaf` and `hearing` say when. */
export default {
  async queue(batch, env) {
    if (isDeaf) batch.ackAll();
    else await consumer.queue(batch, env);
  },
  async scheduled(controller, env) {
    if (controller.cron === 'deaf' || controller.cron === 'hearing') isDeaf = controller.cron === 'deaf';
    else await consumer.scheduled(controller, env);
  },
} satisfies typeof consumer;
